// james_answers: see james_answers.hpp.
#include "record/james_answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"
#include "record/james_expression.hpp"
#include "record/structure_words.hpp"
#include "scenario/escapes.hpp"

namespace mailrig::record {
namespace {

/// Which extensions a server has is not what a script is about.
constexpr std::array<std::string_view, 4> of_extensions{"HIGHESTMODSEQ", "MAILBOXID", "URLMECH", "NOMODSEQ"};

/// A line of a literal; nothing where it stands for more than one text.
std::optional<std::string> literal_line(std::string_view expression) {
  std::string out;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    char const c = expression[i];
    bool const escaped = c == '\\' && i + 1 < expression.size();
    bool const any = c == '.' && i + 1 < expression.size() &&
                     std::string_view("*+").find(expression[i + 1]) != std::string_view::npos;
    if (any || (escaped && std::string_view("dwsDWS").find(expression[i + 1]) != std::string_view::npos))
      return std::nullopt;
    char const plain = escaped ? expression[++i] : c;
    out += escaped && plain == 'r' ? '\r' : plain;
  }
  return out;
}

class answer_reader {
 public:
  answer_reader(std::vector<log_line> const& lines, std::size_t& at, james_session& session, james_names const& names)
      : lines_(lines), at_(at), session_(session), names_(names) {}

  std::string read(std::string_view first) {
    std::string whole(first);
    // Strings in quotes over several lines.
    while (ends_within_quotes(whole) && more()) whole += "\r\n" + std::string(take());
    std::string out;
    for (auto const& pattern : patterns_of(whole)) {
      auto const one = meant(with_literals(pattern), whole);
      if (!one.empty()) out += (out.empty() ? "" : " | ") + one;
    }
    return out;
  }

 private:
  bool more() const { return at_ < lines_.size() && lines_[at_].text.starts_with("S:"); }
  std::string_view peek() const { return lines_[at_].text.substr(std::min<std::size_t>(3, lines_[at_].text.size())); }
  std::string_view take() {
    auto const out = peek();
    ++at_;
    return out;
  }

  /// The literals that the next lines hold, as strings in quotes; "_" where the lines stand for any, or for more or
  /// fewer octets than are announced.
  std::string with_literals(std::string plain) {
    while (plain.ends_with('}') && plain.rfind('{') != plain.npos) {
      auto const open = plain.rfind('{');
      auto const count = base::number(std::string_view(plain).substr(open + 1, plain.size() - open - 2));
      std::string octets;
      bool any = !count;
      while (more()) {
        bool const whole = count && !any ? octets.size() >= *count : peek() == "\\)";
        if (whole || (any && peek().starts_with("\\* "))) break;
        auto const line = literal_line(take());
        any = any || !line;
        octets += line.value_or("") + "\r\n";
      }
      auto const rest = behind(octets, any ? octets.size() : std::size_t(*count));
      any = any || octets.size() != *count;
      plain.resize(open);
      plain += (any ? "_" : '"' + scenario::escaped(octets) + '"') + rest;
    }
    return plain;
  }

  /// What follows a literal, on its last line or on the next.
  std::string behind(std::string& octets, std::size_t count) {
    std::string rest;
    if (octets.size() > count) {
      rest = octets.substr(count);
      rest.resize(rest.size() - std::min<std::size_t>(2, rest.size()));
      octets.resize(count);
    }
    if (rest.empty() && more() && !peek().starts_with("\\*")) rest = patterns_of(take()).front();
    return rest;
  }

  /// A status and its code, or data in the names of this scenario; nothing where only text would be left.
  std::string meant(std::string const& pattern, std::string_view whole) const {
    auto const w = base::words(pattern);
    if (w.size() < 2) return pattern;
    bool const tagged = w[0] != "*";
    constexpr std::array<std::string_view, 4> words{"OK", "NO", "BAD", "BYE"};
    bool const status = std::ranges::any_of(words, [&](std::string_view s) { return base::iequals(s, w[1]); });
    if (tagged && (w[1] == "_" || w[1] == "...")) return fmt::format("{0} OK | {0} NO | {0} BAD", w[0]);
    if (!status) return data(pattern, w);
    // By which of the two it refuses is the server's choice.
    if (tagged && whole.find("not valid in this state") != whole.npos) return fmt::format("{0} NO | {0} BAD", w[0]);
    auto const code = code_of(pattern, w[0].size() + w[1].size() + 2);
    if (!tagged && code.empty() && !base::iequals(w[1], "BYE")) return "";
    return fmt::format("{} {}{}{}", w[0], w[1], code.empty() ? "" : " ", code);
  }

  std::string code_of(std::string_view pattern, std::size_t at) const {
    auto const close = pattern.rfind(']');
    if (at >= pattern.size() || pattern[at] != '[' || close == pattern.npos) return "";
    auto const text = pattern.substr(at + 1, pattern.find(']', at) - at - 1);
    auto const name = text.substr(0, text.find(' '));
    if (std::ranges::find(of_extensions, name) != of_extensions.end()) return "";
    if (name == "PERMANENTFLAGS" && session_.verb == "EXAMINE") return "[PERMANENTFLAGS _]";
    if (name == "COPYUID" && session_.inbox) return "[COPYUID _ _ _]";
    bool const numbers = name == "UIDVALIDITY" || (name == "UIDNEXT" && session_.inbox);
    // Of what may be more than one thing the code's name is left.
    bool const any = text.find('_') != text.npos && name != "COPYUID" && name != "APPENDUID";
    return numbers || any ? fmt::format("[{} _]", name) : fmt::format("[{}]", text);
  }

  std::string data(std::string const& pattern, std::vector<std::string_view> const& w) const {
    if (w.size() < 3) return pattern;
    bool const opens = session_.verb == "SELECT" || session_.verb == "EXAMINE";
    // How many are recent depends on who looked before; the number is owed where a mailbox is opened.
    if (base::iequals(w[2], "RECENT")) return opens ? "* _ RECENT" : "? * _ RECENT";
    // What a server calls itself and its namespaces is not what a script is about.
    if (base::iequals(w[1], "ID")) return "* ID _";
    // Nor which rights it gives together.
    if (base::iequals(w[1], "LISTRIGHTS")) return fmt::format("* LISTRIGHTS {} ...", first_word(pattern));
    if (base::iequals(w[1], "NAMESPACE")) return "* NAMESPACE _ _ _";
    if (base::iequals(w[2], "EXPUNGE")) return expunged(w[1]);
    bool const fetch = base::iequals(w[2], "FETCH");
    if ((fetch || base::iequals(w[1], "FLAGS")) && pattern.ends_with(" ..."))
      return pattern.substr(0, pattern.size() - 3) + "(...)";
    return fetch ? fetched(pattern) : names_.in_response(pattern);
  }

  /// The mailbox of "* LISTRIGHTS mailbox who ...".
  std::string first_word(std::string const& pattern) const {
    auto const named = names_.in_response(pattern);
    auto const tokens = read_imap_tokens(named);
    if (tokens.size() < 3) return "_";
    bool const quoted = tokens[2].what == imap_token::kind::quoted;
    return named.substr(tokens[2].from - (quoted ? 1 : 0), tokens[2].size() + (quoted ? 2 : 0));
  }

  /// Without \Recent, which depends on who looked before. What is not there may be told as "" or as NIL.
  static std::string fetched(std::string const& pattern) {
    auto out = with_loose_structures(without_parameter_order(pattern));
    for (std::string_view const recent : {"\\Recent ", " \\Recent", "\\Recent"})
      if (auto const at = out.find(recent), flags = out.find("FLAGS ("); at != out.npos && flags < at)
        out.erase(at, recent.size());
    auto const empty = out.find("] \"\"");
    if (empty == out.npos) return out;
    auto other = out;
    for (auto at = empty; at != other.npos; at = other.find("] \"\"")) other.replace(at + 2, 2, "NIL");
    return out + " | " + other;
  }

  /// "2 EXPUNGE" behind "1 EXPUNGE" is of the message that was number 3: servers begin at either end.
  std::string expunged(std::string_view number) const {
    auto n = base::number(number).value_or(0);
    if (n == 0) return fmt::format("* {} EXPUNGE", number);
    for (auto const before : session_.expunged)
      if (n >= before) ++n;
    session_.expunged.insert(n);
    return fmt::format("* @{} EXPUNGE", n);
  }

  std::vector<log_line> const& lines_;
  std::size_t& at_;
  james_session& session_;
  james_names const& names_;
};

}  // namespace

std::string answer_of(std::vector<log_line> const& lines, std::size_t& at, std::string_view first,
                      james_session& session, james_names const& names) {
  return answer_reader(lines, at, session, names).read(first);
}

}  // namespace mailrig::record
