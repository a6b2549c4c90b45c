// offlineimap: offlineimap -d imap, and whatever else debugs by imaplib2: "reader < b'...'", "writer > b'...'", each
// what crossed the wire, as Python writes it (Python 2 without its quotes); aioimaplib's "Sending : b'...'" and
// "Received : b'...'" are of the same kind.
#include "record/marked_logs.hpp"

namespace mailrig::record::offlineimap {
namespace {

struct found_mark {
  std::size_t at = std::string_view::npos;
  side who = side::server;
  std::size_t length = 10;
  bool names = true;  ///< the connection stands before it
};

/// Python 2's text: what ends a line is written out.
std::string with_line_ends(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto const more = text.substr(i);
    if (more.starts_with("\\r\\n"))
      out += "\r\n", i += 3;
    else
      out += text[i];
  }
  return out;
}

found_mark mark_in(std::string_view line) {
  if (auto const r = line.find(" reader < "); r != line.npos) return {r, side::server};
  if (auto const w = line.find(" writer > "); w != line.npos) return {w, side::client};
  if (line.find("aioimaplib") != line.npos) {
    if (auto const s = line.find(" Sending : b"); s != line.npos) return {s, side::client, 11, false};
    if (auto const r = line.find(" Received : b"); r != line.npos) return {r, side::server, 12, false};
  }
  return {};
}

std::optional<marked> take(std::string_view line) {
  auto const mark = mark_in(line.substr(0, 200));
  if (mark.at == line.npos) return std::nullopt;
  marked m;
  m.who = mark.who;
  auto head = line.substr(0, mark.at);
  if (auto const close = head.find("]: "); close != head.npos) head.remove_prefix(close + 3);
  if (auto const s = read_stamp(head)) {
    m.at = s->at;
    head.remove_prefix(s->length);
  }
  if (mark.names) m.session = head;
  auto const value = line.substr(mark.at + mark.length);
  if (auto text = python_string(value)) {
    m.text = std::move(*text);
    m.form = m.text.ends_with('\n') ? form::octets : form::line;
  } else {
    m.text = value.starts_with("b'") ? std::string(value.substr(2)) : with_line_ends(value);
    m.form = value.starts_with("b'") ? form::cut : m.text.ends_with("\r\n") ? form::octets : form::line;
  }
  return m;
}

int fits(log_file const& file) {
  return fit_of(
      file, [](std::string_view line) { return take(line).has_value(); }, 60, 93);
}

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  return read_marked(files, take, nullptr, "lines with \"reader < b'\"");
}

importer const kind{"offlineimap", "offlineimap -d imap, and others that use imaplib2", fits, read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::offlineimap
