// k9mail: K-9 Mail's and Thunderbird for Android's debug log: "conn251326536>>> 1 CAPABILITY", and answers as they were
// understood: "conn251326536 <<< #1# [OK, Success]". Those are written anew as IMAP, so their octets are not the
// server's.
#include <fmt/format.h>

#include "base/quoted.hpp"
#include "base/text.hpp"
#include "record/marked_logs.hpp"

namespace mailrig::record::k9mail {
namespace {

bool is_atom(std::string_view text) {
  if (text.empty()) return false;
  for (unsigned char c : text)
    if (c <= 0x20 || c >= 0x7f || std::string_view("(){%*\"]").find(char(c)) != std::string_view::npos) return false;
  return true;
}

/// "[FETCH, [FLAGS, [\Seen], UID, 5]]" as Java prints lists within lists.
class list_writer {
 public:
  explicit list_writer(std::string_view text) : text_(text) {}

  /// The elements of the outermost list, without parentheses.
  std::string outermost(bool status) {
    std::string out;
    if (!take('[')) return out;
    for (std::size_t i = 0; at_ < text_.size() && !take(']'); ++i) {
      if (i > 0 && !skip_comma()) break;
      if (status && i == 1 && at_ < text_.size() && text_[at_] == '[') {
        out += " [" + inner() + "]";
        continue;
      }
      if (status && i > 0) {
        auto const end = text_.rfind(']');
        out += " " + std::string(text_.substr(at_, end - at_));
        break;
      }
      out += (i ? " " : "") + element();
    }
    return out;
  }

 private:
  bool take(char c) {
    if (at_ < text_.size() && text_[at_] == c) return ++at_, true;
    return false;
  }
  bool skip_comma() { return take(',') && (take(' '), true); }

  std::string inner() {
    std::string out;
    if (++depth_ > 40 || !take('[')) return out;
    for (std::size_t i = 0; at_ < text_.size() && !take(']'); ++i) {
      if (i > 0 && !skip_comma()) break;
      out += (i ? " " : "") + element();
    }
    --depth_;
    return out;
  }

  std::string element() {
    if (at_ < text_.size() && text_[at_] == '[') return "(" + inner() + ")";
    auto const from = at_;
    while (at_ < text_.size() && text_[at_] != ']' && !text_.substr(at_).starts_with(", ")) ++at_;
    // "BODY[]" and "BODY[HEADER.FIELDS" have a bracket of their own.
    while (at_ < text_.size() && text_.substr(from, at_ - from).find('[') != text_.npos && text_[at_] == ']') ++at_;
    auto const word = text_.substr(from, at_ - from);
    if (word == "null") return "NIL";
    if (word.starts_with("\\") && is_atom(word.substr(1))) return std::string(word);
    return is_atom(word) || word == "*" || word.starts_with("\\*") ? std::string(word) : base::quoted(word);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

/// "#null# [...]" (untagged), "#12# [...]", "#+# [...]" as a response.
std::optional<std::string> response_of(std::string_view text) {
  if (!text.starts_with('#')) return std::nullopt;
  auto const end = text.find("# ", 1);
  if (end == text.npos) return std::nullopt;
  auto const tag = text.substr(1, end - 1);
  auto const list = text.substr(end + 2);
  auto const first = list.substr(1, list.find_first_of(",]", 1) - 1);
  bool status = tag != "null";
  for (std::string_view const s : {"OK", "NO", "BAD", "BYE", "PREAUTH"}) status = status || base::iequals(first, s);
  auto const rest = list_writer(list).outermost(status);
  return fmt::format("{} {}", tag == "null" ? "*" : tag, rest);
}

std::optional<marked> take(std::string_view line) {
  auto const [at, text] = read_logcat(line);
  auto const conn = text.find("conn");
  auto mark = text.find(">>>");
  bool const client = mark != text.npos && mark < 60;
  if (!client) mark = text.find("<<<");
  if (mark == text.npos || mark > 60) return std::nullopt;
  marked m;
  m.at = at;
  m.who = client ? side::client : side::server;
  if (conn < mark) m.session = base::trim(text.substr(conn, mark - conn));
  auto said = text.substr(mark + 3);
  if (said.starts_with(' ')) said.remove_prefix(1);
  auto const parsed = client ? std::nullopt : response_of(base::trim(said));
  if (!client && conn < mark && !parsed) return std::nullopt;
  m.text = parsed ? *parsed : std::string(said);
  if (parsed) m.form = form::cut;
  return m;
}

void show_hidden(dialogue& d) {
  for (std::size_t i = 0; i < d.said.size(); ++i) {
    auto& s = d.said[i];
    if (s.who != side::client || !s.text.starts_with("[Command Hidden")) continue;
    s.text = stand_in_for_secret(std::span(d.said).first(i));
    d.notes.push_back(fmt::format("line {}: a command that holds a secret is not in the log: a stand-in", s.line));
  }
}

int fits(log_file const& file) {
  return fit_of(
      file,
      [](std::string_view line) {
        auto const m = take(line);
        return m && (!m->session.empty() || line.find("k9") != line.npos || line.find("Pop3") != line.npos);
      },
      75, 94);
}

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  auto found = read_marked(files, take, nullptr, "lines like \"conn123>>> 1 CAPABILITY\"");
  if (found)
    for (auto& d : *found) {
      d.notes.push_back("responses are as the client understood them, not as they were written");
      show_hidden(d);
    }
  return found;
}

importer const kind{"k9mail", "K-9 Mail and Thunderbird for Android: the debug log, as logcat has it", fits, read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::k9mail
