// date_time: see date_time.hpp.
#include "wire/mime/date_time.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "wire/imap/internal_date.hpp"

namespace mailrig::wire::mime {
namespace {

bool has_digits(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most && std::ranges::all_of(text, base::is_digit);
}

bool is_weekday(std::string_view word) {
  for (std::string_view day : {"Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,", "Sun,"})
    if (base::iequals(word, day)) return true;
  return false;
}

/// Seconds since midnight of "10:00" or "10:00:00".
std::optional<std::int64_t> time_of_day(std::string_view word) {
  auto const parts = base::split(word, ':');
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  std::int64_t out = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!has_digits(parts[i], 2, 2)) return std::nullopt;
    auto const n = std::int64_t(*base::number(parts[i]));
    if (n >= (i == 0 ? 24 : 60)) return std::nullopt;
    out = out * 60 + n;
  }
  return parts.size() == 3 ? out : out * 60;
}

std::optional<std::int64_t> zone_seconds(std::string_view word) {
  bool const signed_zone = word.starts_with('+') || word.starts_with('-');
  if (!signed_zone || !has_digits(word.substr(1), 4, 4)) return std::nullopt;
  auto const hours = std::int64_t(*base::number(word.substr(1, 2)));
  auto const minutes = std::int64_t(*base::number(word.substr(3, 2)));
  constexpr std::int64_t furthest = 14;
  if (hours > furthest || minutes > 59) return std::nullopt;
  auto const seconds = (hours * 60 + minutes) * 60;
  return word.front() == '-' ? -seconds : seconds;
}

}  // namespace

std::optional<std::int64_t> date_instant(std::string_view field) {
  if (auto const comment = field.find('('); comment != field.npos) {
    auto const rest = base::trim(field.substr(comment));
    if (!rest.ends_with(')') || rest.find_first_of("()\\", 1) != rest.size() - 1) return std::nullopt;
    field = field.substr(0, comment);
  }
  auto words = base::words(field);
  if (!words.empty() && is_weekday(words.front())) words.erase(words.begin());
  if (words.size() != 5 || !has_digits(words[0], 1, 2) || !has_digits(words[2], 4, 4)) return std::nullopt;
  auto const day = imap::day_of(words[0], words[1], words[2]);
  auto const time = time_of_day(words[3]);
  auto const zone = zone_seconds(words[4]);
  constexpr std::int64_t seconds_of_day = 86400;
  if (!day || !time || !zone) return std::nullopt;
  return *day * seconds_of_day + *time - *zone;
}

}  // namespace mailrig::wire::mime
