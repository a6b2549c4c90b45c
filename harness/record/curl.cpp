// curl: curl -v: "> A001 CAPABILITY", "< * OK", its own remarks after "* "; the mail itself goes to another place.
#include "base/text.hpp"
#include "record/marked_logs.hpp"

namespace mailrig::record::curl {
namespace {

/// What curl remarks, not what a server says: it begins with a word, and no response is called so.
bool is_remark(std::string_view line) {
  if (!line.starts_with("* ")) return false;
  for (std::string_view const word :
       {"  ",           "Trying", "Connected",   "Connection", "Found",    "Written", "SSL",
        "TLS",          "ALPN",   "Server",      "Host",       "IPv",      "Closing", "Could",
        "Using",        "Mark",   "using",       "subject",    "start",    "expire",  "issuer",
        "CAfile",       "CApath", "Certificate", "Rebuilt",    "Re-using", "SASL",    "Authentication",
        "successfully", "upload", "STARTTLS",    "timeout",    "Recv",     "Send",    "Excess"})
    if (line.substr(2).starts_with(word)) return true;
  return false;
}

std::optional<marked> take(std::string_view line) {
  marked m;
  if (auto const s = read_stamp(line)) {
    m.at = s->at;
    line.remove_prefix(s->length);
  }
  if (line.size() < 2 || (line[0] != '<' && line[0] != '>') || line[1] != ' ') return std::nullopt;
  m.who = line[0] == '<' ? side::server : side::client;
  m.text = line.substr(2);
  return m;
}

bool loose(std::string_view line) { return !is_remark(line) && !line.starts_with("{ [") && !line.starts_with("} ["); }

/// Where a page took "> " for a quotation, a command is left without its mark.
bool is_bare_command(std::string_view line) {
  return line.size() > 5 && line[0] >= 'A' && line[0] <= 'Z' &&
         line.substr(1, 3).find_first_not_of("0123456789") == line.npos && line[4] == ' ' && is_command(line);
}

int fits(log_file const& file) {
  auto const octets = std::string_view(file.octets).substr(0, 1u << 16);
  bool const its_own = octets.find("* Connected to ") != octets.npos || octets.find("*   Trying ") != octets.npos ||
                       octets.find("* Connection #") != octets.npos;
  if (its_own)
    return fit_of(
        file, [](std::string_view line) { return take(line).has_value(); }, 70, 90);
  auto const answers = fit_of(
      file, [](std::string_view line) { return line.starts_with("< ") && is_response(line.substr(2)); }, 56, 58);
  return fit_of(file, is_bare_command, 56, 58) > 0 ? answers : 0;
}

void read_line(log_line const& line, std::vector<dialogue>& out) {
  if (line.text.find("* Connected to ") != line.text.npos && !out.empty() && !out.back().said.empty())
    out.emplace_back();
  auto m = take(line.text);
  if (!m && is_bare_command(line.text)) m = marked{side::client, std::string(line.text), "", std::nullopt};
  if (m) {
    if (out.empty()) out.emplace_back();
    out.back().said.push_back({m->who, std::move(m->text), line.number, m->at, m->form});
  } else if (!out.empty() && !out.back().said.empty() && loose(line.text)) {
    auto const& last = out.back().said.back();
    out.back().said.push_back({last.who, std::string(line.text), line.number, last.at, form::loose});
  }
}

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  return read_lines(files, read_line, "lines that begin with \"> \" and \"< \"");
}

importer const kind{"curl", "curl -v with an imap:// or pop3:// address", fits, read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::curl
