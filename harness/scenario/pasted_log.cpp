// pasted_log: see pasted_log.hpp.
#include "scenario/pasted_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <vector>

#include "base/text.hpp"
#include "scenario/command_line.hpp"
#include "scenario/pattern.hpp"

namespace mailrig::scenario {
namespace {

using history::protocol;

/// A line of the log that one side says.
struct spoken {
  char who = '>';  ///< '>': the client, '<': the server
  std::string session, text;
  std::size_t line = 0;
};

struct style {
  char const* name;
  char const* line;  ///< groups: session, who, text; who is one of the next two
  char const* client;
  char const* server;
};

// Before the mark there may be times and numbers in any form, but no words.
#define BEFORE R"(^(?:[\[\(]?[\d:.,TZ+/\-]+[\]\)]?\s+)*)"
constexpr style styles[] = {
    {"a transcript of mailrig", R"(^\s*[\d.]+ ms\s+(\S+)\s*([<>]) (.*)$)", ">", "<"},
    {"lines that begin with C: and S:", BEFORE R"(()(C|S|c|s|Client|Server|client|server):\s?(.*)$)", "Cc", "Ss"},
    {"lines that begin with arrows", BEFORE R"(()(>{1,3}|<{1,3}|-{1,2}>|<-{1,2}|=>|<=)\s(.*)$)", ">-=", "<"},
};
#undef BEFORE

constexpr std::string_view pop3_keywords =
    " USER PASS APOP STAT LIST RETR DELE NOOP RSET QUIT TOP UIDL CAPA STLS AUTH ";

bool is_keyword(std::string_view list, std::string_view word) {
  return !word.empty() && list.find(" " + base::to_upper(word) + " ") != list.npos;
}

bool names_command(std::string_view text) {
  auto const w = base::words(text);
  if (w.size() < 2 || w[0] == "*" || w[0] == "+" || w[0].size() > 20) return false;
  return !read_command_line(text).tag.empty();
}

bool is_completion(std::string_view text) {
  auto const w = base::words(text);
  return w.size() >= 2 && w[0] != "*" && (w[1] == "OK" || w[1] == "NO" || w[1] == "BAD");
}

/// Who says it, as the protocol's grammar tells; ' ' when it does not.
char speaker(std::string_view text) {
  if (text.starts_with("* ") || text.starts_with("+ ") || text == "+" || text.starts_with("+OK") ||
      text.starts_with("-ERR") || is_completion(text))
    return '<';
  auto const w = base::words(text);
  if (names_command(text) || (!w.empty() && w.size() <= 3 && is_keyword(pop3_keywords, w[0]))) return '>';
  return ' ';
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  for (auto line : base::split(text, '\n')) {
    while (line.ends_with('\r')) line.remove_suffix(1);
    out.emplace_back(line);
  }
  return out;
}

std::vector<spoken> read_marked(std::vector<std::string> const& lines, style const& how) {
  std::regex const form(how.line);
  std::vector<spoken> out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::smatch found;
    if (lines[i].size() > 4000 || !std::regex_match(lines[i], found, form)) continue;
    auto const mark = found.str(2);
    auto text = found.str(3);
    if (text.ends_with("\\r\\n")) text.resize(text.size() - 4);
    bool const server = std::string_view(how.server).find(mark[0]) != std::string_view::npos;
    out.push_back({server ? '<' : '>', found.str(1), text, i + 1});
  }
  return out;
}

/// A terminal's log has no marks: the grammar says who speaks, and what nobody would say is noise or the rest of an
/// answer.
std::vector<spoken> read_unmarked(std::vector<std::string> const& lines) {
  std::vector<spoken> out;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (auto const who = speaker(lines[i]); who != ' ')
      out.push_back({who, "", lines[i], i + 1});
    else if (base::iequals(lines[i], "DONE"))
      out.push_back({'>', "", lines[i], i + 1});
    else if (!out.empty() && !lines[i].empty())
      out.push_back({'<', "", lines[i], i + 1});
  return out;
}

std::string terminal_style(std::string_view text) {
  if (text.find("CONNECTED(") != text.npos || text.find("SSL-Session") != text.npos) return "openssl s_client";
  if (text.find("Escape character is") != text.npos) return "telnet";
  return "a terminal's";
}

bool is_conversation(std::vector<spoken> const& said) {
  bool client = false, server = false;
  for (auto const& s : said) {
    client = client || (s.who == '>' && speaker(s.text) == '>');
    server = server || (s.who == '<' && speaker(s.text) == '<');
  }
  return client && server;
}

/// Writes what was said as a script.
class scribe {
 public:
  explicit scribe(bool imap) : imap_(imap) {}
  std::string out;
  bool logs_in = false, greeted = false;

  void take(spoken const& s) {
    if (skip_ > 0) return in_literal(s.text);
    auto const name = s.session.empty() ? std::string("client") : s.session;
    s.who == '>' ? client(name, s.text) : server(name, s.text);
  }

 private:
  void say(std::string const& name, char mark, std::string_view text) {
    out += fmt::format("{}{} {}\n", name, mark, text);
    begun_ = true;
  }
  void remark(char mark, std::string_view text) { out += fmt::format("# {} {}\n", mark, text.substr(0, 120)); }

  void client(std::string const& name, std::string const& text) {
    auto const w = base::words(text);
    body_ = false;
    if (w.empty()) return;
    if (imap_ && names_command(text)) return command(name, std::string(base::trim(text.substr(w[0].size()))));
    if (!imap_ && base::iequals(w[0], "USER")) return logs_in = true, say(name, '>', "USER $user");
    if (!imap_ && base::iequals(w[0], "PASS")) return say(name, '>', "PASS $password");
    if (!imap_ && (base::iequals(w[0], "APOP") || base::iequals(w[0], "AUTH"))) return remark('>', w[0]);
    multi_ = is_keyword(" LIST UIDL CAPA ", w[0]) && (w.size() == 1);
    long_ = is_keyword(" RETR TOP ", w[0]);
    say(name, '>', text);
  }

  void command(std::string const& name, std::string const& text) {
    auto const verb = base::words(text)[0];
    if (base::iequals(verb, "LOGIN")) return logs_in = true, say(name, '>', "LOGIN $user $password");
    if (base::iequals(verb, "AUTHENTICATE")) return logs_in = true, remark('>', "AUTHENTICATE");
    if (text.ends_with('}')) return open_literal('>', text);
    say(name, '>', text);
  }

  void server(std::string const& name, std::string const& text) {
    if (!begun_ && (text.starts_with("* OK") || text.starts_with("+OK") || text.starts_with("* PREAUTH"))) {
      greeted = begun_ = true;  // the runner waits for it by itself
      return;
    }
    if (imap_ && text.ends_with('}')) return open_literal('<', text);
    auto const pattern_text = imap_ ? imap_pattern(text) : pop3_pattern(text);
    if (pattern_text.empty()) return;
    auto const proto = imap_ ? protocol::imap : protocol::pop3;
    pattern::read(pattern_text, proto) ? say(name, '<', pattern_text) : remark('<', text);
  }

  /// Without what a pattern does not compare: the tag, the human-readable text.
  static std::string imap_pattern(std::string const& text) {
    if (text.starts_with('+')) return "+";
    auto const w = base::words(text);
    bool const tagged = is_completion(text);
    bool const status = w.size() >= 2 && is_keyword(" OK NO BAD BYE PREAUTH ", w[1]);
    if (!tagged && !status) return text.starts_with("* ") ? text : "";
    auto const code = text.find('[');
    auto const close = text.find(']', code);
    bool const coded = w.size() > 2 && w[2].starts_with('[') && close != text.npos;
    if (!tagged && !coded && w[1] != "BYE") return "";  // text alone
    return fmt::format("{}{}{}", tagged ? "" : "* ", w[1], coded ? " " + text.substr(code, close + 1 - code) : "");
  }

  std::string pop3_pattern(std::string const& text) {
    auto const w = base::words(text);
    bool const status = text.starts_with("+OK") || text.starts_with("-ERR");
    if (status && !body_) {
      body_ = text.starts_with("+OK") && (multi_ || long_);
      auto const close = text.find(']');
      bool const coded = w.size() > 1 && w[1].starts_with('[') && close != text.npos;
      return std::string(w[0]) + (coded ? " " + text.substr(text.find('['), close + 1 - text.find('[')) : "");
    }
    if (text == ".") body_ = false;
    return body_ && multi_ && !w.empty() && text != "." ? text : "";
  }

  void open_literal(char mark, std::string const& text) {
    remark(mark, text);
    auto const open = text.rfind('{');
    auto digits = std::string_view(text).substr(open + 1);
    digits.remove_suffix(1);
    if (digits.ends_with('+')) digits.remove_suffix(1);
    skip_ = open == text.npos ? 0 : std::int64_t(std::min<std::uint64_t>(base::number(digits).value_or(0), 1u << 30));
  }
  void in_literal(std::string const& text) {
    if (text.starts_with("+ ") || text == "+") return;  // the server's leave to go on
    skip_ -= std::int64_t(text.size()) + 2;
  }

  bool imap_;
  bool begun_ = false, multi_ = false, long_ = false, body_ = false;
  std::int64_t skip_ = 0;  ///< octets of a literal that are still to come
};

std::string written(std::vector<spoken> const& said, bool imap) {
  scribe s(imap);
  std::vector<std::string> names;
  for (auto const& one : said) {
    auto const name = one.session.empty() ? std::string("client") : one.session;
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    s.take(one);
  }
  auto const state = imap ? (s.logs_in || s.greeted ? "greeting" : "selected") : s.logs_in ? "greeting" : "transaction";
  std::string sessions;
  for (auto const& name : names) sessions += fmt::format(" {}={}/{}", name, imap ? "imap" : "pop3", state);
  return fmt::format(
      "title     What should hold, in one sentence\n"
      "proves    {}\n"
      "mail      plain x 2\n"
      "sessions {}\n\n{}",
      imap ? "RFC3501-2.2.2-03" : "RFC1939-3-02", sessions, s.out);
}

}  // namespace

namespace {

/// "client>" or "phone<": the scenario language's own mark. Logs have numbers there, or nothing.
bool names_session(std::string_view word) {
  if (word.size() < 3 || (word.back() != '>' && word.back() != '<')) return false;
  return std::ranges::all_of(word.substr(0, word.size() - 1), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

std::optional<pasted_log> read_log(std::string_view text) {
  constexpr std::size_t most = 1 << 20;
  auto const lines = lines_of(text.substr(0, most));
  for (auto const& line : lines) {
    auto const w = base::words(line);
    // Whoever writes these means a scenario, and wants to hear what is wrong with it.
    if (w.size() > 1 && is_keyword(" TITLE PROVES SESSIONS ", w[0]) && !names_command(line)) return std::nullopt;
    if (w.size() > 1 && names_session(w[0])) return std::nullopt;
  }
  std::vector<spoken> said;
  std::string name;
  for (auto const& how : styles) {
    said = read_marked(lines, how);
    name = how.name;
    if (is_conversation(said)) break;
    said.clear();
  }
  if (said.empty()) {
    said = read_unmarked(lines);
    name = terminal_style(text);
    if (!is_conversation(said)) return std::nullopt;
  }
  pasted_log out;
  out.style = name;
  out.line = said.front().line;
  out.imap = std::ranges::any_of(said, [](auto const& s) { return s.text.starts_with("* "); });
  out.scenario = written(said, out.imap);
  return out;
}

std::string advice(pasted_log const& log) {
  constexpr std::size_t most = 60;
  auto out = fmt::format(
      "this is a log ({}), and what is played is a scenario.\nAs a scenario it reads as follows. Say in `title` and "
      "`proves` what it is about (`mailrig list requirements`), in `mail`\nwhat lies in the inbox, leave out what may "
      "come differently, and play it again; scenarios/LANGUAGE.md explains each line.\nTo judge it as it is: `mailrig "
      "import FILE`, which makes a trace of it (`mailrig help clients`).\n\n",
      log.style);
  auto const lines = base::split(log.scenario, '\n');
  for (std::size_t i = 0; i < lines.size() && i < most; ++i)
    out += lines[i].empty() ? "\n" : fmt::format("    {}\n", lines[i]);
  if (lines.size() > most) out += fmt::format("    # ... and {} lines more\n", lines.size() - most);
  return out;
}

}  // namespace mailrig::scenario
