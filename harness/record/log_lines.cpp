// log_lines: see log_lines.hpp.
#include "record/log_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace mailrig::record {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

/// Reads numbers and what stands between them.
class scanner {
 public:
  explicit scanner(std::string_view text) : text_(text) {}
  std::size_t at() const { return at_; }
  bool take(char c) {
    if (at_ < text_.size() && text_[at_] == c) return ++at_, true;
    return false;
  }
  bool any(std::string_view of) {
    if (at_ < text_.size() && of.find(text_[at_]) != of.npos) return ++at_, true;
    return false;
  }
  /// A number of `least` to `most` digits.
  std::optional<std::int64_t> number(std::size_t least, std::size_t most) {
    auto const from = at_;
    while (at_ < text_.size() && digit(text_[at_]) && at_ - from < most) ++at_;
    if (at_ - from < least) return at_ = from, std::nullopt;
    return std::int64_t(*base::number(text_.substr(from, at_ - from)));
  }
  std::optional<std::int64_t> month() {
    static constexpr std::array names{"jan", "feb", "mar", "apr", "may", "jun",
                                      "jul", "aug", "sep", "oct", "nov", "dec"};
    auto const word = base::to_lower(text_.substr(at_, 3));
    auto const* found = std::ranges::find(names, word);
    if (found == names.end()) return std::nullopt;
    at_ += 3;
    return found - names.begin() + 1;
  }
  void back(std::size_t to) { at_ = to; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

std::int64_t days_from_1970(std::int64_t y, std::int64_t m, std::int64_t d) {
  using namespace std::chrono;
  auto const date = year(int(y)) / month(unsigned(m)) / day(unsigned(d));
  return date.ok() ? sys_days(date).time_since_epoch().count() : 0;
}

/// ".123456" or ",123" as nanoseconds.
std::int64_t fraction(scanner& s) {
  auto const from = s.at();
  if (!s.any(".,")) return 0;
  auto const digits_from = s.at();
  auto const n = s.number(1, 9);
  if (!n) return s.back(from), 0;
  auto out = *n;
  for (auto i = s.at() - digits_from; i < 9; ++i) out *= 10;
  return out;
}

std::optional<std::int64_t> clock_time(scanner& s) {
  auto const h = s.number(1, 2);
  if (!h || !s.take(':')) return std::nullopt;
  auto const m = s.number(2, 2);
  // Minutes and seconds alone have a fraction.
  if (auto const from = s.at(); m) {
    auto const part = fraction(s);
    if (s.at() != from) return (*h * 60 + *m) * 1'000'000'000 + part;
  }
  if (!m || !s.take(':')) return std::nullopt;
  auto const sec = s.number(2, 2);
  if (!sec) return std::nullopt;
  return ((*h * 60 + *m) * 60 + *sec) * 1'000'000'000 + fraction(s);
}

/// The days of a date before a time of day; 0 where there is none.
std::optional<std::int64_t> date(scanner& s) {
  auto const from = s.at();
  if (auto const y = s.number(4, 4); y && s.any("-/"))
    if (auto const m = s.number(1, 2); m && s.any("-/"))
      if (auto const d = s.number(1, 2); d && s.any(" T")) return days_from_1970(*y, *m, *d);
  s.back(from);
  if (auto const m = s.number(2, 2); m && s.any("-/"))
    if (auto const d = s.number(2, 2); d && s.take(' ')) return days_from_1970(1970, *m, *d);
  s.back(from);
  // "23-Oct-2023 ", "23/Oct/2023:"
  if (auto const d = s.number(1, 2); d && s.any("-/"))
    if (auto const m = s.month(); m && s.any("-/"))
      if (auto const y = s.number(4, 4); y && s.any(" :")) return days_from_1970(*y, *m, *d);
  s.back(from);
  if (auto const m = s.month(); m && s.take(' ')) {
    s.take(' ');
    if (auto const d = s.number(1, 2); d && s.take(' ')) return days_from_1970(1970, *m, *d);
  }
  s.back(from);
  return 0;
}

bool is_keyword(std::string_view list, std::string_view word) {
  return !word.empty() && word.size() < 20 && list.find(" " + base::to_upper(word) + " ") != list.npos;
}

constexpr std::string_view imap_verbs =
    " CAPABILITY NOOP LOGOUT STARTTLS AUTHENTICATE LOGIN SELECT EXAMINE CREATE DELETE RENAME SUBSCRIBE UNSUBSCRIBE "
    "LIST "
    "LSUB STATUS APPEND CHECK CLOSE EXPUNGE SEARCH FETCH STORE COPY UID IDLE ENABLE NAMESPACE ID UNSELECT MOVE SORT "
    "THREAD "
    "GETQUOTA GETQUOTAROOT SETQUOTA GETACL SETACL DELETEACL LISTRIGHTS MYRIGHTS COMPRESS XLIST GETMETADATA SETMETADATA "
    "GETANNOTATION SETANNOTATION NOTIFY RESETKEY GENURLAUTH URLFETCH UNAUTHENTICATE REPLACE ESEARCH CANCELUPDATE "
    "LANGUAGE "
    "COMPARATOR CONVERT RLIST RLSUB X-REALLYSPECIAL PROXYAUTH ";
constexpr std::string_view pop3_verbs =
    " USER PASS APOP STAT LIST RETR DELE NOOP RSET QUIT TOP UIDL CAPA STLS AUTH LAST "
    "UTF8 LANG XTND ";

}  // namespace

std::vector<log_line> lines_of(std::string_view octets) {
  if (octets.starts_with("\xEF\xBB\xBF")) octets.remove_prefix(3);
  std::vector<log_line> out;
  std::size_t number = 1;
  for (auto line : base::split(octets, '\n')) {
    while (line.ends_with('\r')) line.remove_suffix(1);
    // As less, vi and cat -v show it.
    if (line.ends_with("^M")) line.remove_suffix(2);
    out.push_back({line, number++});
  }
  if (!out.empty() && out.back().text.empty()) out.pop_back();
  return out;
}

std::optional<stamp> read_stamp(std::string_view text) {
  scanner s(text);
  while (s.any(" \t")) {
  }
  bool const bracket = s.any("[(");
  auto const begin = s.at();
  std::int64_t ns = 0;
  if (auto const seconds = s.number(9, 11); seconds && text.substr(s.at()).starts_with('.')) {
    ns = *seconds * 1'000'000'000 + fraction(s);
  } else {
    s.back(begin);
    auto const day = date(s);
    auto const time = clock_time(s);
    if (!time) return std::nullopt;
    ns = *day * 86'400'000'000'000 + *time;
    auto const zone = s.at();
    if (text.substr(zone).starts_with(" +0") || text.substr(zone).starts_with(" -0") ||
        text.substr(zone).starts_with(" +1"))
      s.any(" ");
    if (!s.take('Z') && s.any("+-")) {
      if (!s.number(2, 4))
        s.back(zone);
      else if (s.take(':'))
        s.number(2, 2);
    }
    for (std::string_view const word : {" UTC", " GMT"})
      if (text.substr(s.at()).starts_with(word)) s.back(s.at() + word.size());
  }
  if (bracket && !s.any("])")) return std::nullopt;
  auto const end = s.at();
  while (s.any(" \t")) {
  }
  if (s.at() == end && end < text.size() && text[end] != ':' && text[end] != '<' && text[end] != '>' &&
      text[end] != '[' && !bracket)
    return std::nullopt;
  return stamp{base::duration(ns), s.at()};
}

std::optional<std::string> python_string(std::string_view text, std::string_view* rest) {
  if (text.starts_with('b')) text.remove_prefix(1);
  if (text.empty() || (text[0] != '\'' && text[0] != '"')) return std::nullopt;
  char const quote = text[0];
  std::string out;
  for (std::size_t i = 1; i < text.size(); ++i) {
    char const c = text[i];
    if (c == quote) {
      if (rest) *rest = text.substr(i + 1);
      return out;
    }
    if (c != '\\' || i + 1 == text.size()) {
      out += c;
      continue;
    }
    char const e = text[++i];
    if (e == 'x' && i + 2 < text.size()) {
      auto const hex = [](char h) { return digit(h) ? h - '0' : base::lower(h) - 'a' + 10; };
      out += char((hex(text[i + 1]) & 15) << 4 | (hex(text[i + 2]) & 15));
      i += 2;
    } else {
      out += e == 'n' ? '\n' : e == 'r' ? '\r' : e == 't' ? '\t' : e;
    }
  }
  return std::nullopt;
}

bool is_tagged_status(std::string_view text) {
  auto const w = base::words(text.substr(0, 200));
  return w.size() >= 2 && w[0] != "*" && w[0] != "+" && w[0].size() <= 32 && w[0].front() != '-' &&
         (base::iequals(w[1], "OK") || base::iequals(w[1], "NO") || base::iequals(w[1], "BAD"));
}

bool is_greeting(std::string_view text) {
  return base::istarts_with(text, "* OK") || base::istarts_with(text, "* PREAUTH") ||
         base::istarts_with(text, "* BYE") || text.starts_with("+OK");
}

bool is_response(std::string_view text) {
  return text.starts_with("* ") || text.starts_with("+ ") || text == "+" || text.starts_with("+OK") ||
         text.starts_with("-ERR") || is_tagged_status(text);
}

bool is_command(std::string_view text) {
  auto const w = base::words(text.substr(0, 200));
  if (w.empty() || w[0] == "*" || w[0] == "+") return false;
  if (w.size() >= 2 && w[0].size() <= 32 && is_keyword(imap_verbs, w[1])) return true;
  return w.size() <= 3 && is_keyword(pop3_verbs, w[0]);
}

int fit_of(log_file const& file, std::function<bool(std::string_view)> const& looks, int least, int most) {
  constexpr std::size_t enough = 4000;
  int found = 0;
  auto const lines = lines_of(std::string_view(file.octets).substr(0, 1u << 20));
  for (std::size_t i = 0; i < std::min(lines.size(), enough) && found < 5; ++i)
    if (lines[i].text.size() < 100'000 && looks(lines[i].text)) ++found;
  return found == 0 ? 0 : std::min(most, least + (found - 1) * (most - least) / 4);
}

base::result<std::vector<dialogue>> read_lines(std::vector<log_file> const& files, line_reader const& read_line,
                                               std::string_view what) {
  std::vector<dialogue> out;
  for (auto const& file : files) {
    std::vector<dialogue> found;
    for (auto const& line : lines_of(file.octets)) read_line(line, found);
    std::erase_if(found, [](dialogue const& d) { return d.said.empty(); });
    if (found.empty())
      return base::fault{0, at_line(file.path, 1),
                         fmt::format("nothing in it is as this kind of log has it; looked for {}", what)};
    for (auto& d : found) {
      d.file = file.path;
      out.push_back(std::move(d));
    }
  }
  return out;
}

}  // namespace mailrig::record
