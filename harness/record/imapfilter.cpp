// imapfilter: imapfilter -d FILE: "sending command (4):" or "getting response (4):", a blank line, and what was sent
// or came, with a blank line behind it.
#include "record/marked_logs.hpp"

namespace mailrig::record::imapfilter {
namespace {

struct header {
  std::optional<side> who;  ///< nothing: another remark
  std::string session;
};

/// "sending command (4):", "namespace (4): '' '/'": lower-case words and the number of a connection.
std::optional<header> read_header(std::string_view line) {
  auto const open = line.find(" (");
  auto const close = line.find("):", open == line.npos ? 0 : open);
  if (open == line.npos || close == line.npos || open > 40) return std::nullopt;
  auto const words = line.substr(0, open), number = line.substr(open + 2, close - open - 2);
  if (number.empty() || number.find_first_not_of("0123456789") != number.npos) return std::nullopt;
  if (words.find_first_not_of("abcdefghijklmnopqrstuvwxyz ") != words.npos) return std::nullopt;
  header h{std::nullopt, "connection " + std::string(number)};
  if (words == "getting response") h.who = side::server;
  if (words == "sending command" || words == "sending response") h.who = side::client;
  return h;
}

class reader {
 public:
  void take(log_line const& line, std::vector<dialogue>& out) {
    if (auto const h = read_header(line.text)) {
      who_ = h->who;
      session_ = h->session;
      begins_ = true;
      blanks_ = 0;
      return;
    }
    if (!who_) return;
    if (line.text.empty()) return void(blanks_ += begins_ ? 0 : 1);
    // Blank lines are the log's, but where more follows: those are a literal's.
    for (; blanks_ > 0; --blanks_) add("", line, form::loose, out);
    bool const whole = *who_ == side::server ? is_response(line.text) : begins_;
    add(std::string(line.text), line, whole ? form::line : form::loose, out);
    begins_ = false;
  }

 private:
  void add(std::string text, log_line const& line, form how, std::vector<dialogue>& out) {
    marked const m{*who_, std::move(text), session_};
    dialogue_for(m, out).said.push_back({m.who, m.text, line.number, {}, how});
  }

  std::optional<side> who_;
  std::string session_;
  bool begins_ = false;
  std::size_t blanks_ = 0;
};

int fits(log_file const& file) {
  return fit_of(
      file,
      [](std::string_view line) {
        auto const h = read_header(line);
        return h && h->who;
      },
      70, 93);
}

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  return read_apart<reader>(files, "lines like \"sending command (4):\"");
}

importer const kind{"imapfilter", "imapfilter -d FILE", fits, read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::imapfilter
