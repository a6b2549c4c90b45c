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

/// "DEBUG POP3: authentication command succeeded", "DEBUG POP3: AUTH PLAIN failed": the login that is not shown.
std::optional<bool> hidden_pop3(std::string_view text) {
  if (!text.starts_with("DEBUG POP3") ||
      (text.find(": authentication command ") == text.npos && text.find(": AUTH ") == text.npos))
    return std::nullopt;
  if (text.ends_with(" succeeded")) return true;
  if (text.ends_with(" failed")) return false;
  return std::nullopt;
}

/// What mechanisms have more to say than a single answer, or what the server says must be seen.
bool is_longer(std::string_view mechanism) {
  return mechanism.starts_with("CRAM") || mechanism.starts_with("DIGEST") || mechanism.starts_with("SCRAM");
}

class reader {
 public:
  void take(log_line const& line, std::vector<dialogue>& out) {
    auto const [at, text] = read_logcat(line.text);
    if (auto const login = hidden(text)) return imap_login(*login, line, at, out);
    if (auto const done = hidden_pop3(text)) return pop3_login(*done, line, at, out);
    // "trying to connect to host" of IMAP, "connecting to host" of POP3.
    if (text.starts_with("DEBUG") && text.find("connect") != text.npos && text.find(" to host ") != text.npos)
      begun_ = true;
    if (is_remark(text)) return;
    auto s = guess_.take(text, line.number, at);
    // POP3 has "C: " and "S: " before its lines, and nothing before those of a list or a text.
    if (text.starts_with("C: ") || text.starts_with("S: ")) {
      s = {text[0] == 'C' ? side::client : side::server, std::string(text.substr(3)), line.number, at, form::line};
      marks_ = true;
    } else if (marks_) {
      s = {side::server, std::string(text), line.number, at, form::loose};
    }
    if (s.form == form::loose && (out.empty() || out.back().said.empty())) return;
    if (out.empty() || (begun_ && s.who == side::server && is_greeting(s.text))) {
      out.emplace_back();
      begun_ = false;
    }
    out.back().said.push_back(std::move(s));
  }

 private:
  static void imap_login(std::pair<std::string_view, std::string_view> const& login, log_line const& line,
                         std::optional<base::duration> at, std::vector<dialogue>& out) {
    if (out.empty()) return;
    auto& said = out.back().said;
    auto const tag = login.second.substr(0, login.second.find(' '));
    auto const mechanism = login.first.starts_with("AUTHENTICATE ") ? login.first.substr(13) : "";
    if (mechanism.empty() || is_longer(mechanism)) {
      said.push_back({side::client, fmt::format("{} LOGIN * *", tag), line.number, at, form::line});
      if (!mechanism.empty()) said.back().form = form::cut;
    } else {
      said.push_back({side::client, fmt::format("{} {}", tag, login.first), line.number, at, form::line});
      said.push_back({side::server, "+ ", line.number, at, form::line});
      said.push_back({side::client, "c3RhbmQtaW4=", line.number, at, form::line});
    }
    said.push_back({side::server, std::string(login.second), line.number, at, form::line});
    tell(line, out.back());
  }

  static void pop3_login(bool done, log_line const& line, std::optional<base::duration> at,
                         std::vector<dialogue>& out) {
    if (out.empty()) return;
    for (std::string_view const command : {"USER *", "PASS *"}) {
      out.back().said.push_back({side::client, std::string(command), line.number, at, form::line});
      bool const well = done || command.starts_with("USER");
      out.back().said.push_back({side::server, well ? "+OK stand-in" : "-ERR stand-in", line.number, at, form::line});
    }
    tell(line, out.back());
  }

  static void tell(log_line const& line, dialogue& d) {
    d.notes.push_back(fmt::format("line {}: the login is not in the log: a stand-in", line.number));
  }

  guesser guess_;
  bool begun_ = false, marks_ = false;
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
