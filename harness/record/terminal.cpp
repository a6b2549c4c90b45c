// terminal: what a terminal shows of openssl s_client, telnet or netcat: no marks, so that the grammar tells who
// speaks; certificates, tickets and remarks between are passed over.
#include "base/text.hpp"
#include "record/marked_logs.hpp"

namespace mailrig::record::terminal {
namespace {

bool is_end(std::string_view text) {
  for (std::string_view const word : {"Connection closed", "closed", "DONE", "read:errno", "Connection to "})
    if (text.starts_with(word)) return true;
  return false;
}

/// Escapes that colour or move, and what was rubbed out.
std::string plain(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      if (i + 1 < text.size() && text[i + 1] == '[')
        for (i += 2; i < text.size() && (text[i] < '@' || text[i] > '~'); ++i) {
        }
      continue;
    }
    if (text[i] == '\b' || text[i] == '\x7f') {
      if (!out.empty()) out.pop_back();
      continue;
    }
    out += text[i];
  }
  return out;
}

int fits(log_file const& file) {
  auto const responses = fit_of(
      file, [](std::string_view line) { return is_response(line); }, 20, 30);
  auto const commands = fit_of(
      file, [](std::string_view line) { return is_command(line) && !is_response(line); }, 20, 30);
  auto const octets = std::string_view(file.octets).substr(0, 1u << 16);
  bool const known = octets.find("CONNECTED(") != octets.npos || octets.find("Escape character is") != octets.npos;
  if (known && responses) return 65;
  return responses && commands ? std::min(responses, commands) : 0;
}

class reader {
 public:
  void take(log_line const& line, std::vector<dialogue>& out) {
    auto const text = plain(line.text);
    if (text.starts_with("Trying ") || text.starts_with("CONNECTED(")) over_ = true;
    auto s = guess_.take(text, line.number);
    // s_client echoes nothing before the greeting but what it says itself.
    if (s.form == form::loose && (out.empty() || out.back().said.empty() || over_ || is_end(text))) return;
    if (out.empty() || (over_ && is_greeting(text))) {
      out.emplace_back();
      over_ = false;
    }
    out.back().by_hand = true;
    out.back().said.push_back(std::move(s));
  }

 private:
  guesser guess_;
  bool over_ = false;
};

/// What was typed that is no command: the answer has its first word as the tag.
void find_mistyped(dialogue& d) {
  for (std::size_t i = 1; i < d.said.size(); ++i) {
    auto const& answer = d.said[i];
    if (answer.who != side::server || answer.form != form::line || !is_tagged_status(answer.text)) continue;
    auto const tag = base::words(std::string_view(answer.text).substr(0, 200))[0];
    for (auto j = i; j-- > 0 && d.said[j].form == form::loose;) {
      if (base::words(std::string_view(d.said[j].text).substr(0, 200)).empty()) continue;
      if (base::words(std::string_view(d.said[j].text).substr(0, 200))[0] != tag) continue;
      d.said[j].who = side::client;
      d.said[j].form = form::line;
      break;
    }
  }
}

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  auto found =
      read_apart<reader>(files, "commands (\"a1 NOOP\", \"STAT\") and responses (\"* OK\", \"a1 OK\", \"+OK\")");
  if (found)
    for (auto& d : *found) find_mistyped(d);
  return found;
}

importer const kind{"terminal", "what a terminal shows of openssl s_client, telnet or netcat", fits, read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::terminal
