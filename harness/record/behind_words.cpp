// behind_words: any other log in which lines of the conversation stand behind other words (a logger's level and module,
// a thread, a JSON field): the grammar tells where they begin and who speaks. Libraries of every language log so, and
// no two alike; whatever is known by itself has an importer of its own, which fits better.
#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <span>

#include "base/text.hpp"
#include "record/marked_logs.hpp"

namespace mailrig::record::behind_words {
namespace {

constexpr std::size_t furthest = 200;  ///< octets of other words before a line of the conversation

bool has_digit(std::string_view s) { return s.find_first_of("0123456789") != s.npos; }

/// What prose has not: "A12", "a", ".".
bool is_tag(std::string_view w) {
  bool const plain = std::ranges::all_of(w, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
           c == '-';
  });
  return plain && !w.empty() && w.size() <= 20 && (w.size() == 1 || has_digit(w));
}

bool one_of(std::string_view word, std::span<std::string_view const> words) {
  return std::ranges::any_of(words, [&](auto w) { return base::iequals(word, w); });
}

/// A word without what shows the end of its line.
std::string_view without_end(std::string_view word) { return word.substr(0, word.find_first_of("\\[")); }

bool is_untagged(std::span<std::string_view const> w) {
  static constexpr std::array<std::string_view, 24> first{
      "OK",   "NO",       "BAD",    "BYE",     "PREAUTH",   "CAPABILITY", "FLAGS", "LIST",
      "LSUB", "XLIST",    "SEARCH", "ESEARCH", "STATUS",    "ENABLED",    "ID",    "NAMESPACE",
      "SORT", "VANISHED", "THREAD", "QUOTA",   "QUOTAROOT", "METADATA",   "ACL",   "MYRIGHTS"};
  static constexpr std::array<std::string_view, 4> counted{"EXISTS", "RECENT", "EXPUNGE", "FETCH"};
  if (w.size() < 2 || w[0] != "*") return false;
  if (base::number(w[1])) return w.size() > 2 && one_of(without_end(w[2]), counted);
  return one_of(w[1], first);
}

bool is_pop3_status(std::string_view text) {
  for (std::string_view const word : {"+OK", "-ERR"})
    if (text.starts_with(word)) return text.size() == word.size() || text[word.size()] == ' ';
  return false;
}

/// Whether `text` is a line of a conversation so plainly that other words may stand before it. `first`: none do.
bool is_plain(std::string_view text, bool first) {
  if (is_pop3_status(text)) return true;
  auto w = base::words(text.substr(0, furthest));
  if (w.size() < 2) return false;
  // What closes the quotation that the line stands in is no part of its last word.
  for (auto& word : w)
    while (!word.empty() && std::string_view("'\"`,").find(word.back()) != std::string_view::npos)
      word.remove_suffix(1);
  if (w[0] == "*") return text.starts_with("* ") && is_untagged(w);
  if (!is_tag(w[0]) || !text.starts_with(w[0])) return false;
  // "a list of ..." is prose.
  bool const sure = first || has_digit(w[0]) || base::to_upper(w[1]) == w[1];
  auto const begins = std::string(w[0]) + " " + std::string(without_end(w[1])) + " ";
  return sure && (is_tagged_status(begins) || is_command(begins));
}

bool may_precede(char c) { return std::string_view(" \t:>]|)'\"`=<#").find(c) != std::string_view::npos; }

std::optional<std::size_t> begin_of(std::string_view line) {
  for (std::size_t at = 0; at < std::min(line.size(), furthest); ++at)
    if ((at == 0 || may_precede(line[at - 1])) && is_plain(line.substr(at), at == 0)) return at;
  return std::nullopt;
}

/// The words before a line without what differs each time: times, counters.
std::string form_of(std::string_view words) {
  std::string out;
  for (char const c : words)
    if (bool const digit = c >= '0' && c <= '9'; !digit)
      out += c;
    else if (!out.ends_with('0'))
      out += '0';
  return out;
}

/// The quotation mark before `at` that closes behind it; 0 where there is none.
char quote_around(std::string_view line, std::size_t at) {
  for (auto i = at; i-- > 0;) {
    if (line[i] != '"' && line[i] != '\'') continue;
    if (i > 0 && std::isalnum(static_cast<unsigned char>(line[i - 1])) && line[i - 1] != 'b') continue;
    std::string_view rest;
    if (python_string(line.substr(i), &rest) && line.size() - rest.size() > at + 1) return line[i];
  }
  return 0;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// A quotation mark right before `at`.
char quote_before(std::string_view line, std::size_t at) {
  return at > 0 && (line[at - 1] == '"' || line[at - 1] == '\'') ? line[at - 1] : 0;
}

/// What stands in quotes, `text` being what follows the opening one. Some loggers write quotation marks within as they
/// are; a line that was cut has no closing one.
std::string inside_of(char quote, std::string const& text, bool& cut) {
  std::string_view rest;
  auto const whole = quote + text;
  auto const escaped = python_string(whole, &rest);
  bool const closes = escaped && (rest.empty() || std::string_view(" ,;:)]}\t").find(rest[0]) != rest.npos);
  if (closes) return *escaped;
  cut = !escaped;
  if (cut && text.find(std::string("\\") + quote) != text.npos)
    if (auto all = python_string(quote + text + quote)) return *all;
  auto out = text.substr(0, escaped ? text.rfind(quote) : text.npos);
  replace_all(out, "\\r\\n", "\r\n");
  return out;
}

/// What stands in quotes, without them; else without what some print for the end of the line.
std::string unquoted(std::string_view line, std::size_t at, bool& cut) {
  std::string out(line.substr(at));
  if (auto const quote = quote_around(line, at))
    out = inside_of(quote, out, cut);
  else if (auto const before = quote_before(line, at))
    out = inside_of(before, out, cut);
  replace_all(out, "[nl]", "\r\n");
  for (std::string_view const end : {"\\r\\n", "\\n", "<CRLF>", "[CRLF]", "\r\n", "\n"})
    if (out.ends_with(end)) out.resize(out.size() - end.size());
  return out;
}

/// What names a connection among the words before a line, or in the lines before it, as some servers have it; empty
/// where nothing does.
std::string connection_in(std::string_view words) {
  for (std::string_view const key :
       {"remotePort", "remote.port", "\"cid\"", "ImapConnection", "Pop3Connection", "connectionId"}) {
    auto const at = words.find(key);
    if (at == words.npos) continue;
    auto const from = words.find_first_not_of(" =:\"-", at + key.size());
    if (from == words.npos) continue;
    auto const to = std::min(words.find_first_of(" \",]})", from), words.size());
    return std::string(words.substr(from, to - from));
  }
  return "";
}

class reader {
 public:
  void take(log_line const& line, std::vector<dialogue>& out) {
    auto const begin = begin_of(line.text);
    if (auto name = connection_in(line.text.substr(0, begin.value_or(furthest))); !name.empty())
      connection_ = std::move(name);
    std::optional<base::duration> at;
    if (auto const s = read_stamp(line.text)) at = s->at;
    if (!begin) return more(line, at, out);
    auto const form = form_of(line.text.substr(0, *begin));
    bool cut = false;
    auto text = unquoted(line.text, *begin, cut);
    if (is_echo(text, form)) return;
    last_ = form;
    text_ = text;
    // Several lines that came in one read.
    auto const parts = lines_of(text);
    for (auto const& part : parts) {
      auto s = guess_[connection_].take(part.text, line.number, at);
      if (cut && &part == &parts.back() && s.form == form::line) s.form = form::cut;
      marked const m{s.who, std::string(part.text), connection_, at};
      auto& d = dialogue_for(m, out);
      d.by_hand = true;
      d.said.push_back(std::move(s));
    }
  }

 private:
  /// What one layer logs after another has.
  bool is_echo(std::string const& text, std::string const& form) {
    auto const w = base::words(std::string_view(text).substr(0, furthest));
    if (w.empty() || w[0] == "*" || w[0].starts_with('+') || w[0].starts_with('-')) {
      bool const echo = text == text_ && form != last_;
      if (!echo) forms_['S'] = form;
      return echo;
    }
    auto& state = tags_[connection_ + " " + std::string(w[0])];
    auto const now = is_tagged_status(text) ? 'S' : 'C';
    bool const echo = state == now && form != forms_[now];
    if (!echo) forms_[now] = form;
    state = now;
    return echo;
  }

  /// A line behind the same words, or behind none: of a literal, or wrapped.
  void more(log_line const& line, std::optional<base::duration> at, std::vector<dialogue>& out) {
    auto const known = std::find_if(out.rbegin(), out.rend(), [&](dialogue const& d) { return d.name == connection_; });
    if (known == out.rend() || known->said.empty()) return;
    auto& said = known->said;
    auto& guess = guess_[connection_];
    std::string_view text = line.text;
    for (std::size_t n = std::min(text.size(), furthest); n > 0; --n) {
      if (!may_precede(text[n - 1])) continue;
      auto const form = form_of(text.substr(0, n));
      bool cut = false;
      auto const rest = unquoted(text, n, cut);
      // Too little to be known by itself: "+ idling", DONE.
      bool const goes_on = (rest.starts_with('+') && form == forms_['S']) || (rest == "DONE" && form == forms_['C']);
      if (form != last_ && !goes_on) continue;
      said.push_back(guess.take(rest, line.number, at));
      return;
    }
    if (!at && last_.empty()) said.push_back(guess.take(text, line.number, at));
    if (!at && !last_.empty() && !text.empty())
      said.push_back({said.back().who, std::string(text), line.number, {}, form::loose});
  }

  std::string connection_;
  std::map<std::string, guesser> guess_;
  std::string last_, text_;  ///< the words before the last line, and it
  std::map<std::string, char> tags_;
  std::map<char, std::string> forms_;
};

int fits(log_file const& file) {
  int commands = 0, responses = 0, behind = 0;
  auto const lines = lines_of(std::string_view(file.octets).substr(0, 1u << 18));
  for (std::size_t i = 0; i < std::min<std::size_t>(lines.size(), 2000); ++i) {
    auto const begin = begin_of(lines[i].text);
    if (!begin) continue;
    (is_response(lines[i].text.substr(*begin)) ? responses : commands) += 1;
    behind += *begin > 0 ? 1 : 0;
  }
  if (responses == 0) return 0;
  return commands > 0 && behind > 0 ? 15 : 8;
}

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  return read_apart<reader>(files, "lines of IMAP or POP3 behind whatever each line begins with");
}

importer const kind{"behind-words", "any other log with lines of IMAP or POP3 in it, whatever stands before them", fits,
                    read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::behind_words
