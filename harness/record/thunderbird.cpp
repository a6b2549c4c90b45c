// thunderbird: MOZ_LOG=IMAP:5,POP3:5 of Thunderbird: "I/IMAP 7f9fdc16:host:S-INBOX:SendData: 9 NOOP",
// "...:CreateNewLineFromSocket: * 1 FETCH", "I/POP3 [this=15db] RECV: +OK", "POP3: SEND: STAT".
#include <fmt/format.h>

#include "base/text.hpp"
#include "record/marked_logs.hpp"

namespace mailrig::record::thunderbird {
namespace {

constexpr std::string_view suppressed = "Logging suppressed for this command";

/// The connection is named between "IMAP " and the state: "7f9fdc16:host".
std::string connection_of(std::string_view head) {
  auto const imap = head.rfind("IMAP ");
  auto from = imap == head.npos ? head.rfind(": ") : imap + 3;
  auto name = from == head.npos ? head : head.substr(from + 2);
  auto const colon = name.find(':');
  return std::string(name.substr(0, colon == name.npos ? name.size() : name.find(':', colon + 1)));
}

std::optional<marked> imap_line(std::string_view line) {
  for (std::string_view const mark : {":CreateNewLineFromSocket: ", ":SendData: "}) {
    auto const at = line.substr(0, 400).find(mark);
    if (at == line.npos) continue;
    return marked{mark[1] == 'C' ? side::server : side::client, std::string(line.substr(at + mark.size())),
                  connection_of(line.substr(0, at))};
  }
  return std::nullopt;
}

std::optional<marked> pop3_line(std::string_view line) {
  auto const head = line.substr(0, 200);
  auto const pop3 = head.find("POP3");
  if (pop3 == head.npos) return std::nullopt;
  for (std::string_view const mark : {"RECV: ", "SEND: "}) {
    auto const at = head.find(mark, pop3);
    if (at == head.npos) continue;
    auto const open = head.find("[this=");
    auto name = open == head.npos ? std::string() : std::string(head.substr(open + 6, head.find(']', open) - open - 6));
    return marked{mark[0] == 'R' ? side::server : side::client, std::string(line.substr(at + 6)), std::move(name)};
  }
  return std::nullopt;
}

std::optional<marked> take(std::string_view line) {
  auto m = imap_line(line);
  if (!m) m = pop3_line(line);
  if (!m) return std::nullopt;
  if (auto const s = read_stamp(line)) m->at = s->at;
  while (m->text.ends_with('\r') || m->text.ends_with('\n')) m->text.pop_back();
  return m;
}

void read_line(log_line const& line, std::vector<dialogue>& out) {
  auto m = take(line.text);
  if (!m) return;
  bool const pop3 = !imap_line(line.text);
  auto& d = dialogue_for(*m, out);
  if (pop3) d.proto = history::protocol::pop3;
  if (m->who == side::client && m->text.find(suppressed) != m->text.npos) {
    m->text = pop3 ? "PASS *" : stand_in_for_secret(d.said);
    d.notes.push_back(fmt::format("line {}: a command that holds a secret is not in the log: a stand-in", line.number));
  }
  d.said.push_back({m->who, std::move(m->text), line.number, m->at, m->form});
}

int fits(log_file const& file) {
  return fit_of(
      file, [](std::string_view line) { return take(line).has_value(); }, 80, 96);
}

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  return read_lines(files, read_line,
                    "lines with \":SendData: \" or \"RECV: \"; log with MOZ_LOG=timestamp,IMAP:5,POP3:5");
}

importer const kind{"thunderbird", "Thunderbird's MOZ_LOG=timestamp,IMAP:5,POP3:5", fits, read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::thunderbird
