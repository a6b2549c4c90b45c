// james_mpt: Apache James' MPT scripts: "C: " lines as they are sent, "S: " lines as regular expressions, "SUB {"
// blocks in any order, "SESSION: n"; each becomes a scenario.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "record/log_lines.hpp"
#include "record/suite_script.hpp"
#include "scenario/escapes.hpp"

namespace mailrig::record::james_mpt {
namespace {

/// A regular expression as a pattern: what it spells out stays, a piece that it leaves open becomes "_".
std::string plain_of(std::string_view expression, bool& open) {
  std::string out, word;
  bool vague = false;
  auto end_word = [&] {
    // The code's own bracket is no part of what is left open.
    bool const closes = vague && word.ends_with(']');
    out += vague ? closes ? "_]" : "_" : word;
    word.clear();
    open = open || vague;
    vague = false;
  };
  for (std::size_t i = 0; i < expression.size(); ++i) {
    char const c = expression[i];
    if (c == '\\' && i + 1 < expression.size()) {
      char const e = expression[++i];
      if (std::string_view("dwsDWSbB").find(e) != std::string_view::npos)
        vague = true;
      else if (e == '(' || e == ')')
        end_word(), out += e;
      else
        word += e;
    } else if (c == ' ') {
      end_word();
      out += c;
    } else if (c == '(' || c == '[') {
      // A group or a class, to its end.
      vague = true;
      char const close = c == '(' ? ')' : ']';
      while (i + 1 < expression.size() && expression[i] != close) i += expression[i] == '\\' ? 2 : 1;
    } else if (c == '.' && (i + 1 == expression.size() ||
                            std::string_view("*+?{").find(expression[i + 1]) == std::string_view::npos)) {
      word += c;  // any character, and meant is a dot
    } else if (std::string_view("*+?.|{}^$").find(c) != std::string_view::npos) {
      vague = true;
      if (c == '{')
        while (i + 1 < expression.size() && expression[i] != '}') ++i;
    } else {
      word += c;
    }
  }
  end_word();
  return out;
}

/// "(\[.+\] )?" and the like: what may be there or not.
std::string without_optional(std::string_view expression) {
  std::string out(expression);
  for (std::size_t at = 0; (at = out.find(")?", at)) != out.npos;) {
    auto open = out.rfind('(', at);
    while (open != out.npos && open > 0 && out[open - 1] == '\\')
      open = open == 0 ? out.npos : out.rfind('(', open - 1);
    if (open == out.npos) break;
    out.erase(open, at + 2 - open);
    at = open;
  }
  return out;
}

class rewriter {
 public:
  explicit rewriter(log_file const& file) : file_(file), lines_(lines_of(file.octets)) { survey(); }

  base::result<rewritten> run() {
    write_header();
    while (at_ < lines_.size()) one();
    return out_.finish(file_.path);
  }

 private:
  /// Which sessions there are, where they begin, and which mailboxes are the script's own.
  void survey() {
    std::string now = "client";
    bool prepared = false;
    for (auto const& line : lines_) {
      if (line.text.starts_with("SESSION:")) now = "s" + std::string(base::trim(line.text.substr(8)));
      if (!line.text.starts_with("C: ")) continue;
      if (std::ranges::find(sessions_, now) == sessions_.end()) sessions_.push_back(now);
      auto const w = base::words(line.text.substr(3));
      if (w.size() < 2) continue;
      auto const verb = base::to_upper(w[1]);
      if (verb == "LOGIN" || verb == "AUTHENTICATE") greeting_.insert(now);
      if (verb == "SELECT" || verb == "EXAMINE" || verb == "CREATE") prepared = true;
      bool const needs_mailbox =
          verb == "FETCH" || verb == "STORE" || verb == "SEARCH" || verb == "COPY" || verb == "UID";
      if (needs_mailbox && !prepared && !greeting_.contains(now)) selected_ = true;
      if ((verb == "CREATE" || verb == "RENAME") && w.size() > 2) boxes_.insert(bare(w.back()));
      if (verb == "CREATE" && w.size() > 2) boxes_.insert(bare(w[2]));
    }
    if (sessions_.empty()) sessions_.push_back("client");
    // What James' tests prepare in Java.
    if (selected_) boxes_.erase("selected");
  }

  static std::string bare(std::string_view word) {
    while (word.starts_with('"')) word.remove_prefix(1);
    while (word.ends_with('"')) word.remove_suffix(1);
    while (word.ends_with('.') || word.ends_with('/')) word.remove_suffix(1);
    return std::string(word);
  }

  void write_header() {
    std::string sessions;
    for (auto const& s : sessions_)
      sessions += fmt::format("{}{}=imap/{}", sessions.empty() ? "" : " ", s,
                              greeting_.contains(s) ? "greeting"
                              : selected_           ? "selected"
                                                    : "authenticated");
    out_.header("title", fmt::format("What James' {} asks", file_.path.stem().string()));
    out_.header("proves", "RFC3501-2.2.2-03");
    if (selected_) out_.header("mail", "plain x 4");
    out_.header("sessions", sessions);
    out_.blank();
    if (selected_)
      out_.remark(1,
                  "it wants a mailbox with mail that its Java class prepares: INBOX with four messages stands for it");
  }

  /// Names of mailboxes as this scenario's own.
  std::string renamed(std::string_view text) const {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      auto const end = std::min(text.find_first_of(" ()", at), text.size());
      out += word(text.substr(at, end - at));
      if (end < text.size()) out += text[end];
      at = end + 1;
    }
    return out;
  }

  std::string word(std::string_view w) const {
    bool const quoted = w.size() > 1 && w.front() == '"' && w.back() == '"';
    auto const name = quoted ? w.substr(1, w.size() - 2) : w;
    if (selected_ && name == "selected") return "INBOX";
    for (auto const& box : boxes_) {
      if (base::iequals(box, "INBOX") || box.empty() || box[0] == '$') continue;
      if (!name.starts_with(box)) continue;
      auto const rest = name.substr(box.size());
      if (!rest.empty() && rest[0] != '.' && rest[0] != '/') continue;
      // Names below it, by James' delimiter.
      std::string path;
      for (char const c : "." + box + std::string(rest)) path += c == '.' ? "${sep}" : std::string(1, c);
      auto const whole = "${box}" + path;
      return quoted ? '"' + whole + '"' : whole;
    }
    if (name == "$mailbox" || name.find('$') != name.npos)
      return quoted ? '"' + escaped_dollar(name) + '"' : escaped_dollar(name);
    return std::string(w);
  }
  static std::string escaped_dollar(std::string_view name) {
    std::string out(name);
    for (std::size_t i = 0; i + 1 < out.size(); ++i)
      if (out[i] == '$') out[i + 1] = base::upper(out[i + 1]);
    return out;
  }

  void one() {
    auto const [text, number] = lines_[at_++];
    if (text.starts_with("C:")) return client(text.substr(std::min<std::size_t>(3, text.size())), number);
    if (text.starts_with("S:")) return server(text.substr(std::min<std::size_t>(3, text.size())), number);
    if (text.starts_with("SESSION:")) {
      now_ = "s" + std::string(base::trim(text.substr(8)));
    } else if (text.starts_with("#")) {
      auto const said = base::trim(text.substr(1));
      // Not the licence's frame.
      if (!said.empty() && !said.starts_with('#') && !said.ends_with('#')) out_.comment(said);
    } else if (base::trim(text).empty()) {
      out_.blank();
    } else if (text.starts_with("WAIT ")) {
      out_.comment(text);
      out_.remark(number, fmt::format("{}: say `pause` where it is needed", text));
    } else if (!text.starts_with("SUB {") && !text.starts_with("}")) {
      out_.remark(number, text);
    }
  }

  /// The account that James' tests make is the target's here.
  static std::string with_account(std::string line) {
    auto const w = base::words(line);
    if (w.size() != 4 || !base::iequals(w[1], "LOGIN") || w[2] != "imapuser" || w[3] != "password") return line;
    return fmt::format("{} {} $user $password", w[0], w[1]);
  }

  void client(std::string_view text, std::size_t number) {
    auto line = with_account(renamed(text));
    auto const open = line.rfind('{');
    bool const literal = line.ends_with('}') && open != line.npos;
    if (!literal) {
      if (text.empty()) return;
      return out_.sends(now_, line);
    }
    bool const plus = line.ends_with("+}");
    // The "+" that a literal waits for is the runner's to wait for.
    while (at_ < lines_.size() && lines_[at_].text.starts_with("S: \\+")) ++at_;
    std::string body;
    while (at_ < lines_.size() && lines_[at_].text.starts_with("C:"))
      body += std::string(lines_[at_].text.substr(std::min<std::size_t>(3, lines_[at_].text.size()))) + "\r\n", ++at_;
    auto const wanted = base::number(std::string_view(line).substr(open + 1, line.size() - open - (plus ? 3 : 2)));
    if (wanted && body.size() == *wanted + 2) body.resize(body.size() - 2);
    if (wanted && body.size() != *wanted)
      out_.remark(number, fmt::format("the literal has {} octets, not {}: sent as it is", body.size(), *wanted));
    out_.sends(now_,
               fmt::format("{}{{text{} \"{}\"}}", line.substr(0, open), plus ? "+" : "", scenario::escaped(body)));
  }

  /// A line of a literal; nothing where it stands for more than one text.
  static std::optional<std::string> literal_line(std::string_view expression) {
    std::string out;
    for (std::size_t i = 0; i < expression.size(); ++i) {
      char const c = expression[i];
      bool const escaped = c == '\\' && i + 1 < expression.size();
      bool const any = c == '.' && i + 1 < expression.size() &&
                       std::string_view("*+").find(expression[i + 1]) != std::string_view::npos;
      if (any || (escaped && std::string_view("dwsDWS").find(expression[i + 1]) != std::string_view::npos))
        return std::nullopt;
      out += escaped ? expression[++i] : c;
    }
    return out;
  }

  /// A response with the literals that its next lines hold, as strings in quotes; "_" where the lines stand for any, or
  /// for more or fewer octets than are announced.
  std::string with_literals(std::string plain) {
    while (plain.ends_with('}') && plain.rfind('{') != plain.npos) {
      auto const open = plain.rfind('{');
      auto const count = base::number(std::string_view(plain).substr(open + 1, plain.size() - open - 2));
      std::string octets, rest;
      bool any = !count;
      while (at_ < lines_.size() && lines_[at_].text.starts_with("S:")) {
        auto const expression = lines_[at_].text.substr(std::min<std::size_t>(3, lines_[at_].text.size()));
        bool const whole = count && !any ? octets.size() >= *count : expression == "\\)";
        if (whole || (any && expression.starts_with("\\* "))) break;
        ++at_;
        auto const line = literal_line(expression);
        any = any || !line;
        octets += line.value_or("") + "\r\n";
      }
      // What follows it, on its last line or on the next.
      if (!any && octets.size() > *count) {
        rest = octets.substr(std::size_t(*count));
        rest.resize(rest.size() - std::min<std::size_t>(2, rest.size()));
        octets.resize(std::size_t(*count));
      }
      any = any || octets.size() != *count;
      if (rest.empty() && at_ < lines_.size() && lines_[at_].text.starts_with("S: ") &&
          !lines_[at_].text.starts_with("S: \\*")) {
        bool vague = false;
        rest = plain_of(without_optional(lines_[at_++].text.substr(3)), vague);
      }
      plain.resize(open);
      plain += (any ? "_" : '"' + scenario::escaped(octets) + '"') + rest;
    }
    return plain;
  }

  void server(std::string_view text, std::size_t number) {
    auto const from = std::string(text);
    if (text.starts_with("\\+")) return out_.expects(now_, "+", number, from);
    bool vague = false;
    auto plain = plain_of(without_optional(text), vague);
    while (plain.ends_with(' ')) plain.pop_back();
    if (plain.ends_with('}') && plain.rfind('{') != plain.npos) plain = with_literals(plain);
    auto const w = base::words(plain);
    if (w.size() < 2) return out_.remark(number, "cannot be said in a pattern: " + from);
    bool const tagged = w[0] != "*";
    bool const status = base::iequals(w[1], "OK") || base::iequals(w[1], "NO") || base::iequals(w[1], "BAD") ||
                        base::iequals(w[1], "BYE");
    if (tagged && w[1] == "_") return out_.expects(now_, fmt::format("{0} OK | {0} NO | {0} BAD", w[0]), number, from);
    if (!status) return out_.expects(now_, renamed(plain), number, from);
    // Of a status its code counts, not its text.
    auto const code = plain.find('[');
    auto const close = plain.find(']', code);
    auto const begins = plain.size() > w[0].size() + w[1].size() + 2 && plain[w[0].size() + w[1].size() + 2] == '[';
    std::string pattern = fmt::format("{} {}", w[0], w[1]);
    auto const code_text = begins && close != plain.npos ? plain.substr(code, close + 1 - code) : std::string();
    auto const blank = code_text.find(' ');
    // Of what may be more than one thing the code's name is left.
    bool const any = blank != std::string::npos && code_text.find('_', blank) != std::string::npos;
    if (!code_text.empty()) pattern += " " + (any ? code_text.substr(0, blank) + " _]" : code_text);
    if (!tagged && !begins && !base::iequals(w[1], "BYE")) return;  // text alone
    // Which extensions a server has is not what the script is about.
    if (pattern.find("HIGHESTMODSEQ") != pattern.npos || pattern.find("MAILBOXID") != pattern.npos) return;
    out_.expects(now_, pattern, number, from);
  }

  log_file const& file_;
  std::vector<log_line> lines_;
  std::vector<std::string> sessions_;
  std::set<std::string> greeting_, boxes_;
  bool selected_ = false;
  std::string now_ = "client";
  std::size_t at_ = 0;
  suite_script out_;
};

int fits(log_file const& file) {
  int regular = 0;
  bool words = false;
  for (auto const& line : lines_of(std::string_view(file.octets).substr(0, 1u << 16))) {
    if (line.text.starts_with("S: \\*") || line.text.starts_with("S: \\+")) ++regular;
    words = words || line.text.starts_with("SESSION:") || line.text.starts_with("SUB {") ||
            line.text.starts_with("WAIT ") || line.text.starts_with("TIMER ") || line.text.starts_with("REINIT");
  }
  if (regular > 0) return 90;
  words = words || file.path.extension() == ".test";
  return words && fit_of(
                      file, [](std::string_view l) { return l.starts_with("C: "); }, 1, 2)
             ? 88
             : 0;
}

base::result<rewritten> rewrite(log_file const& file) { return rewriter(file).run(); }

importer const kind{"james-mpt", "Apache James' MPT scripts (*.test): to scenarios", fits, nullptr, rewrite};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::james_mpt
