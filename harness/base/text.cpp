// text: see text.hpp.
#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>

namespace mailrig::base {

bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

bool istarts_with(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && iequals(text.substr(0, prefix.size()), prefix);
}

std::string to_upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), upper);
  return out;
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

std::string_view trim(std::string_view text) {
  auto const first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    auto const at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == text.npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string single_spaced(std::string_view text) {
  std::string out;
  for (char c : text) {
    bool const blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!blank)
      out += c;
    else if (!out.ends_with(' '))
      out += ' ';
  }
  return out;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> out;
  while (!(text = trim(text)).empty()) {
    auto const end = std::min(text.find_first_of(" \t"), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return out;
}

std::optional<std::uint64_t> number(std::string_view digits) {
  std::uint64_t value = 0;
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

bool glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = pattern.npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p, ++t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  return pattern.substr(p).find_first_not_of('*') == pattern.npos;
}

namespace {
void append_printable(std::string& out, char c) {
  static constexpr char hex[] = "0123456789ABCDEF";
  auto const u = static_cast<unsigned char>(c);
  switch (c) {
    case '\r': out += "\\r"; return;
    case '\n': out += "\\n"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  if (u >= 0x20 && u < 0x7F) {
    out += c;
  } else {
    out += "\\x";
    out += hex[u >> 4];
    out += hex[u & 15];
  }
}
}  // namespace

std::string printable(std::string_view octets) {
  std::string out;
  out.reserve(octets.size() + 8);
  for (char c : octets) append_printable(out, c);
  return out;
}

excerpt around(std::string_view octets, std::size_t offset, std::size_t radius) {
  offset = std::min(offset, octets.size());
  auto const from = offset > radius ? offset - radius : 0;
  auto const to = std::min(octets.size(), offset + radius);
  excerpt out;
  if (from > 0) out.text = "...";
  for (std::size_t i = from; i < to; ++i) {
    if (i == offset) out.caret = out.text.size();
    append_printable(out.text, octets[i]);
  }
  if (offset >= to) out.caret = out.text.size();
  if (to < octets.size()) out.text += "...";
  return out;
}

std::size_t utf8_length(std::string_view text) {
  auto const octet = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u; };
  auto const first = octet(0), second = octet(1);
  if (text.empty() || first < 0x80) return text.empty() ? 0 : 1;
  // The second octet says whether the form is overlong, of a surrogate, or beyond the last code point.
  auto const least = first == 0xE0 ? 0xA0u : first == 0xF0 ? 0x90u : 0x80u;
  auto const most = first == 0xED ? 0x9Fu : first == 0xF4 ? 0x8Fu : 0xBFu;
  std::size_t const size = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  if (size == 0 || second < least || second > most) return 0;
  for (std::size_t at = 2; at < size; ++at)
    if ((octet(at) & 0xC0) != 0x80) return 0;
  return size;
}

bool is_ascii(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    auto const size = utf8_length(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0u);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      auto const above = row[j + 1];
      row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (lower(a[i]) != lower(b[j]))});
      diagonal = above;
    }
  }
  return row.back();
}

namespace {
/// Seconds of a unit; 0 where it is none.
double seconds_of(std::string_view unit) {
  if (unit == "us") return 1e-6;
  if (unit == "ms") return 1e-3;
  if (unit == "s") return 1;
  if (unit == "m" || unit == "min") return 60;
  if (unit == "h") return 3600;
  return unit == "d" ? 86400 : 0;
}
}  // namespace

std::optional<duration> read_duration(std::string_view text) {
  constexpr double most = 366.0 * 86400;
  double all = 0, unit_before = std::numeric_limits<double>::max();
  do {
    double value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || !std::isfinite(value) || value < 0) return std::nullopt;
    text.remove_prefix(std::size_t(end - text.data()));
    auto const digits = std::min(text.find_first_of("0123456789."), text.size());
    auto const unit = seconds_of(text.substr(0, digits));
    if (unit == 0 || unit >= unit_before) return std::nullopt;  // "50s28m" is a slip
    unit_before = unit;
    all += value * unit;
    text.remove_prefix(digits);
  } while (!text.empty());
  if (all > most) return std::nullopt;
  return duration(std::int64_t(all * 1e9));
}

}  // namespace mailrig::base
