// fetchmail: fetchmail -v -v: "fetchmail: IMAP> A0001 LOGIN", "fetchmail: POP3< +OK"; the mail is not shown, and the
// mail server that it is handed to speaks between.
#include "record/marked_logs.hpp"

namespace mailrig::record::fetchmail {
namespace {

/// A blank behind the mark may be lost with the empty line that it stood before.
std::optional<marked> take(std::string_view line) {
  for (std::string_view const mark : {"IMAP>", "IMAP<", "POP3>", "POP3<"}) {
    auto const at = line.find(mark);
    if (at == line.npos) continue;
    auto const before = line.substr(0, at);
    auto text = line.substr(at + mark.size());
    if (!before.ends_with("etchmail: ") && !before.ends_with("]: ")) continue;
    if (!text.empty() && !text.starts_with(' ')) continue;
    if (!text.empty()) text.remove_prefix(1);
    marked m;
    m.who = mark[4] == '>' ? side::client : side::server;
    m.text = text;
    if (auto const s = read_stamp(line)) m.at = s->at;
    return m;
  }
  return std::nullopt;
}

int fits(log_file const& file) {
  return fit_of(
      file, [](std::string_view line) { return take(line).has_value(); }, 70, 95);
}

std::size_t indent_of(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

class reader {
 public:
  void take(log_line const& line, std::vector<dialogue>& out) {
    if (auto m = fetchmail::take(line.text)) return said(*m, line, out);
    for (std::string_view const word : {" querying ", "Repoll immediately"})
      if (line.text.find(word) != line.text.npos) fresh_ = true;
    // Wrapped lines are set in; what fetchmail says itself is not, or by a blank.
    constexpr std::size_t least = 4;
    wrapped_ = wrapped_ && indent_of(line.text) >= indent_ + least && indent_of(line.text) < line.text.size();
    if (!wrapped_ || out.empty()) return;
    auto& d = out.back();
    d.by_hand = true;
    d.said.push_back({d.said.back().who, std::string(line.text), line.number, d.said.back().at, form::loose});
  }

 private:
  void said(marked& m, log_line const& line, std::vector<dialogue>& out) {
    // It reads what it waits for only, and a greeting answers nothing.
    bool const greets = m.who == side::server && !waits_ && is_greeting(m.text) && !m.text.starts_with("* BYE");
    if (out.empty() || fresh_ || greets) out.emplace_back();
    fresh_ = false;
    wrapped_ = true;
    indent_ = indent_of(line.text);
    if (m.who == side::client) waits_ = true;
    if (m.who == side::server && is_response(m.text) && !m.text.starts_with("* ") && m.text != "+" &&
        !m.text.starts_with("+ "))
      waits_ = false;
    out.back().said.push_back({m.who, std::move(m.text), line.number, m.at, m.form});
  }

  bool fresh_ = false;      ///< a poll begins
  bool waits_ = false;      ///< a command is not answered
  bool wrapped_ = false;    ///< the line before was one of the conversation, or went on with one
  std::size_t indent_ = 0;  ///< of the last with a mark
};

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  return read_apart<reader>(files, "lines like \"fetchmail: IMAP> A0001 NOOP\"");
}

importer const kind{"fetchmail", "fetchmail -v -v", fits, read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::fetchmail
