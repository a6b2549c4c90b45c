// javamail: mail.debug=true of Java's (Jakarta, Angus) Mail: commands and answers as they are, the library's remarks
// after "DEBUG"; FairEmail's protocol log has the same behind a time.
#include <fmt/format.h>

#include "base/text.hpp"
#include "record/marked_logs.hpp"

namespace mailrig::record::javamail {
namespace {

bool is_remark(std::string_view text) {
  return text.starts_with("DEBUG") || text.starts_with("\tat ") || text.starts_with("com.sun.") ||
         text.starts_with("java") || text.starts_with("Loading ") || text.starts_with("org.eclipse.");
}

/// "DEBUG IMAP: LOGIN command result: A1 OK done": the answer to a command that is not shown.
std::optional<std::pair<std::string_view, std::string_view>> hidden(std::string_view text) {
  constexpr std::string_view mark = " command result: ";
  auto const at = text.find(mark);
  if (!text.starts_with("DEBUG") || at == text.npos) return std::nullopt;
  auto const head = text.substr(0, at);
  auto const colon = head.rfind(": ");
  if (colon == head.npos) return std::nullopt;
  return std::pair{head.substr(colon + 2), text.substr(at + mark.size())};
}

class reader {
 public:
  void take(log_line const& line, std::vector<dialogue>& out) {
    auto const [at, text] = read_logcat(line.text);
    if (auto const login = hidden(text)) {
      if (out.empty()) return;
      auto const tag = login->second.substr(0, login->second.find(' '));
      auto const verb = login->first.substr(0, login->first.find(' '));
      auto& d = out.back();
      d.said.push_back({side::client, fmt::format("{} {} *{}", tag, verb, verb == "LOGIN" ? " *" : ""), line.number, at,
                        form::line});
      if (verb == "AUTHENTICATE") d.said.back().text = fmt::format("{} LOGIN * *", tag);
      d.said.push_back({side::server, std::string(login->second), line.number, at, form::line});
      d.notes.push_back(fmt::format("line {}: the login is not in the log: a stand-in", line.number));
      return;
    }
    if (text.starts_with("DEBUG") && text.find("trying to connect to host") != text.npos) begun_ = true;
    if (is_remark(text)) return;
    auto s = guess_.take(text, line.number, at);
    if (s.form == form::loose && (out.empty() || out.back().said.empty())) return;
    if (out.empty() || (begun_ && s.who == side::server && is_greeting(text))) {
      out.emplace_back();
      begun_ = false;
    }
    // "C: " and "S: " before the lines of POP3.
    if (text.starts_with("C: ") || text.starts_with("S: "))
      s = {text[0] == 'C' ? side::client : side::server, std::string(text.substr(3)), line.number, at, form::line};
    out.back().said.push_back(std::move(s));
  }

 private:
  guesser guess_;
  bool begun_ = false;
};

int fits(log_file const& file) {
  auto const octets = std::string_view(file.octets).substr(0, 1u << 18);
  if (octets.find("DEBUG IMAP") == octets.npos && octets.find("DEBUG POP3") == octets.npos &&
      octets.find("DEBUG: JavaMail") == octets.npos && octets.find("DEBUG: Jakarta Mail") == octets.npos &&
      octets.find("DEBUG: getProvider") == octets.npos)
    return 0;
  return fit_of(
      file,
      [](std::string_view line) {
        auto const text = read_logcat(line).text;
        return is_response(text) || is_command(text) || text.starts_with("S: ");
      },
      70, 91);
}

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  return read_apart<reader>(files, "commands and responses, as mail.debug=true prints them");
}

importer const kind{"javamail", "mail.debug=true of Java's, Jakarta and Angus Mail, and FairEmail's protocol log", fits,
                    read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::javamail
