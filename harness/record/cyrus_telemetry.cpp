// cyrus_telemetry: Cyrus' telemetry log: octets of the client after "<1795919358<", the server's after ">1795919358>",
// from the login on; Sun's and Oracle's Messaging Server has the time since the last of them: "<0.047<".
#include <algorithm>

#include "base/text.hpp"
#include "record/log_lines.hpp"

namespace mailrig::record::cyrus_telemetry {
namespace {

struct mark {
  std::size_t from = std::string_view::npos, to = 0;
  side who = side::client;
  base::duration at{};
  bool since = false;  ///< `at` counts from the mark before
};

/// The first mark at or behind `at`: "<digits<" or ">digits>", with milliseconds where it counts from the last.
mark next_mark(std::string_view text, std::size_t at) {
  for (; (at = text.find_first_of("<>", at)) != text.npos; ++at) {
    auto const end = text.find_first_not_of(".0123456789", at + 1);
    if (end == text.npos || end - at > 14 || text[end] != text[at]) continue;
    auto const time = text.substr(at + 1, end - at - 1);
    auto const dot = time.find('.');
    bool const since = dot != time.npos && time.size() - dot == 4;
    auto const whole = base::number(time.substr(0, dot));
    auto const part = since ? base::number(time.substr(dot + 1)) : std::optional<std::uint64_t>(0);
    if (!whole || !part || (!since && (time.size() < 9 || time.size() > 11))) continue;
    auto const when = std::chrono::seconds(*whole) + std::chrono::milliseconds(*part);
    return {at, end + 1, text[at] == '<' ? side::client : side::server, when, since};
  }
  return {};
}

int fits(log_file const& file) {
  auto const m = next_mark(std::string_view(file.octets).substr(0, 4096), 0);
  if (m.from == std::string_view::npos) return 0;
  return file.octets.starts_with("----------") ? 97 : m.from == 0 || file.octets[m.from - 1] == '\n' ? 80 : 0;
}

std::string with_crlf(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) out += '\r';
    out += text[i];
  }
  return out;
}

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  std::vector<dialogue> out;
  for (auto const& file : files) {
    std::string_view const text = file.octets;
    // Taken through an editor or a message, it has no CR any more.
    bool const bare = text.find("\r\n") == text.npos;
    dialogue d;
    d.name = file.path.stem().string();
    d.file = file.path;
    d.account = file.path.parent_path().string();
    d.after_login = true;
    if (bare) d.notes.push_back(file.path.string() + ": the CR before each LF is lost, and put back");
    auto line = std::size_t(1), counted = std::size_t(0);
    base::duration now{};
    for (auto m = next_mark(text, 0); m.from != text.npos;) {
      auto const next = next_mark(text, m.to);
      line +=
          std::size_t(std::count(text.begin() + std::ptrdiff_t(counted), text.begin() + std::ptrdiff_t(m.from), '\n'));
      counted = m.from;
      now = m.since ? now + m.at : m.at;
      auto said = text.substr(m.to, std::min(next.from, text.size()) - m.to);
      auto octets = bare ? with_crlf(said) : std::string(said);
      // The log begins each mark on a line of its own, by an LF that nobody sent.
      if (octets.ends_with("\n") && !octets.ends_with("\r\n")) octets.pop_back();
      if (!octets.empty()) d.said.push_back({m.who, std::move(octets), line, now, form::octets});
      m = next;
    }
    if (d.said.empty())
      return base::fault{0, at_line(file.path, 1), "has no \"<SECONDS<\" or \">SECONDS>\" as telemetry has"};
    d.after_login = !is_greeting(d.said.front().text);
    out.push_back(std::move(d));
  }
  return out;
}

importer const kind{"cyrus-telemetry", "Cyrus' telemetry logs (a folder log/USER beside its mail)", fits, read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::cyrus_telemetry
