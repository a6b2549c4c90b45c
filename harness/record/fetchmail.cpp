// fetchmail: fetchmail -v -v: "fetchmail: IMAP> A0001 LOGIN", "fetchmail: POP3< +OK"; the mail is not shown.
#include "record/marked_logs.hpp"

namespace mailrig::record::fetchmail {
namespace {

std::optional<marked> take(std::string_view line) {
  for (std::string_view const mark : {"IMAP> ", "IMAP< ", "POP3> ", "POP3< "}) {
    auto const at = line.find(mark);
    if (at == line.npos) continue;
    auto const before = line.substr(0, at);
    if (!before.ends_with("fetchmail: ") && !before.ends_with("]: ")) continue;
    marked m;
    m.who = mark[4] == '>' ? side::client : side::server;
    m.text = line.substr(at + mark.size());
    if (auto const s = read_stamp(line)) m.at = s->at;
    return m;
  }
  return std::nullopt;
}

int fits(log_file const& file) {
  return fit_of(
      file, [](std::string_view line) { return take(line).has_value(); }, 70, 95);
}

void read_line(log_line const& line, std::vector<dialogue>& out) {
  if (line.text.find("Trying to connect to ") != line.text.npos || line.text.find(" querying ") != line.text.npos)
    out.emplace_back();
  auto m = take(line.text);
  if (!m) return;
  if (out.empty()) out.emplace_back();
  out.back().said.push_back({m->who, std::move(m->text), line.number, m->at, m->form});
}

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  return read_lines(files, read_line, "lines like \"fetchmail: IMAP> A0001 NOOP\"");
}

importer const kind{"fetchmail", "fetchmail -v -v", fits, read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::fetchmail
