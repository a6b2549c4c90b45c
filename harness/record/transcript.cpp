// transcript: a conversation as RFCs, mailing lists and bug reports print it: "C: " and "S: ", arrows, "Client:" and
// "Server:", behind quotation marks, numbers and times; long lines wrapped, the rest told in other words.
#include <array>
#include <regex>

#include "base/text.hpp"
#include "record/marked_logs.hpp"

namespace mailrig::record::transcript {
namespace {

struct style {
  char const* line;  ///< groups: the mark, the text
  std::string_view client;
};

// Before the mark there may be quotation marks, bullets, times and numbers, but no words.
#define BEFORE R"(^[\s>|#*`]*(?:[\[\(]?[\d:.,TZ+/\-]+[\]\)]?\s+)*)"
constexpr style styles[] = {
    {BEFORE R"((C|S|c|s|Client|Server|client|server|CLIENT|SERVER)\s?:\s?(.*)$)", "Cc"},
    {R"(^.{0,120}?[\s:\]](C|S): (.*)$)", "C"},
    {R"(^\s*(?:[\[\(]?[\d:.,TZ+/\-]+[\]\)]?\s+)*(-{1,2}>|<-{1,2}|=+>|<=+|>{1,3}|<{1,3})\s?(.*)$)", ">-="},
    {R"(^.{0,60}?[\s:\]](>>>|<<<|-->|<--|=>|<=)\s(.*)$)", ">-="},
};
#undef BEFORE

constexpr std::size_t longest = 4000;  ///< what a regular expression is asked about

std::regex const& expression(std::size_t i) {
  static std::array<std::regex, std::size(styles)> const all = [] {
    std::array<std::regex, std::size(styles)> out;
    for (std::size_t n = 0; n < std::size(styles); ++n) out[n] = std::regex(styles[n].line, std::regex::optimize);
    return out;
  }();
  return all[i];
}

/// Without the quotation marks of a message or of markdown.
std::string_view unquoted(std::string_view line) {
  while (line.starts_with("> ") || line.starts_with("| ")) line.remove_prefix(2);
  if (line.starts_with('>') && line.size() > 1 && line[1] >= '0' && line[1] <= '9') line.remove_prefix(1);
  return line;
}

/// `raw` with its mark taken off, by style `i`.
std::optional<marked> take(std::string_view raw, std::size_t i) {
  std::string const line(raw.substr(0, longest));
  std::smatch found;
  if (!std::regex_match(line, found, expression(i))) return std::nullopt;
  marked m;
  m.who = styles[i].client.find(found.str(1)[0]) != std::string_view::npos ? side::client : side::server;
  m.text = found.str(2);
  if (raw.size() > longest) m.text += raw.substr(longest);
  while (m.text.starts_with(' ')) m.text.erase(0, 1);
  if (m.text.ends_with("\\r\\n")) m.text.resize(m.text.size() - 4);
  if (m.text.ends_with("<CRLF>")) m.text.resize(m.text.size() - 6);
  while (m.text.ends_with('`')) m.text.pop_back();
  // Some print strings as their language writes them.
  if (m.text.size() > 2 && (m.text.front() == '\'' || m.text.front() == '"') && m.text.ends_with(m.text.front()))
    if (auto inside = m.text.substr(1, m.text.size() - 2); is_response(inside) || is_command(inside))
      m.text = std::move(inside);
  if (auto const s = read_stamp(unquoted(raw))) m.at = s->at;
  return m;
}

/// A response so plainly that it is one without a mark too: people put it on some lines only.
bool is_plain_response(std::string_view line) {
  auto const w = base::words(line.substr(0, 200));
  if (w.size() < 3 || w[0] != "*") return false;
  if (base::number(w[1]))
    return base::iequals(w[2], "EXISTS") || base::iequals(w[2], "RECENT") || base::iequals(w[2], "FETCH");
  for (std::string_view const name : {"LIST", "LSUB", "XLIST", "FLAGS", "NAMESPACE"})
    if (base::iequals(w[1], name)) return w[2].starts_with('(');
  return base::iequals(w[1], "STATUS") || base::iequals(w[1], "CAPABILITY");
}

/// A remark of the log that the next greeting is another connection's.
bool tells_of_connection(std::string_view line) {
  for (std::string_view const word : {"Connected to imap", "Connected to pop", "Connection to: ", "New Connection"})
    if (line.find(word) != line.npos) return true;
  return false;
}

/// How many lines of both sides say what the grammar knows; of "S: " alone, some report no more than what came.
int score(std::vector<log_line> const& lines, std::size_t i) {
  int client = 0, server = 0;
  for (std::size_t n = 0; n < std::min<std::size_t>(lines.size(), 3000); ++n)
    if (auto const m = take(lines[n].text, i)) {
      if (m->who == side::client && is_command(m->text)) ++client;
      if (m->who == side::server && is_response(m->text)) ++server;
    }
  bool const both = client > 0 && server > 0;
  return both || (i < 2 && server > 0) ? client + server : 0;
}

std::optional<std::size_t> style_of(std::vector<log_line> const& lines) {
  std::optional<std::size_t> best;
  int most = 0;
  for (std::size_t i = 0; i < std::size(styles); ++i)
    if (auto const n = score(lines, i); n > most) {
      most = n;
      best = i;
    }
  return best;
}

int fits(log_file const& file) {
  return style_of(lines_of(std::string_view(file.octets).substr(0, 1u << 18))) ? 60 : 0;
}

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  std::vector<dialogue> out;
  for (auto const& file : files) {
    auto const lines = lines_of(file.octets);
    auto const how = style_of(lines);
    if (!how)
      return base::fault{
          0, at_line(file.path, 1),
          "there is no line of a client and one of a server in it; each needs a mark like \"C: \" and \"S: \""};
    bool fresh = false;
    auto found = read_lines(
        {file},
        [&](log_line const& line, std::vector<dialogue>& d) {
          if (auto m = take(line.text, *how)) {
            if (fresh && m->who == side::server && is_greeting(m->text)) d.emplace_back().name = m->session;
            fresh = false;
            dialogue_for(*m, d).said.push_back({m->who, std::move(m->text), line.number, m->at, m->form});
          } else if (!d.empty() && is_plain_response(line.text)) {
            d.back().said.push_back({side::server, std::string(line.text), line.number, {}, form::line});
          } else if (tells_of_connection(line.text)) {
            fresh = true;
          } else if (!d.empty() && !d.back().said.empty()) {
            auto const& last = d.back().said.back();
            d.back().said.push_back({last.who, std::string(unquoted(line.text)), line.number, last.at, form::loose});
          }
        },
        "lines of both sides");
    if (!found) return found.error();
    for (auto& d : *found) {
      d.by_hand = true;
      out.push_back(std::move(d));
    }
  }
  return out;
}

importer const kind{"transcript", "C: and S:, arrows, Client: and Server:, as RFCs and bug reports print them", fits,
                    read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::transcript
