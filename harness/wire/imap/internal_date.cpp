// internal_date: see internal_date.hpp.
#include "wire/imap/internal_date.hpp"

#include <chrono>

#include "base/text.hpp"

namespace mailrig::wire::imap {

std::optional<std::int64_t> instant_of(std::string_view t) {
  static constexpr std::string_view months = "janfebmaraprmayjunjulaugsepoctnovdec";
  if (t.size() != 26) return std::nullopt;
  auto const month = months.find(base::to_lower(t.substr(3, 3)));
  auto const at = [&](std::size_t from, std::size_t size) { return base::number(base::trim(t.substr(from, size))); };
  auto const day = at(0, 2), year = at(7, 4), hour = at(12, 2), minute = at(15, 2), second = at(18, 2),
             zone_h = at(22, 2), zone_m = at(24, 2);
  if (month == months.npos || month % 3 || !day || !year || !hour || !minute || !second || !zone_h || !zone_m)
    return std::nullopt;
  using namespace std::chrono;
  year_month_day const date{std::chrono::year(int(*year)), std::chrono::month(unsigned(month / 3 + 1)),
                            std::chrono::day(unsigned(*day))};
  if (!date.ok() || (t[21] != '+' && t[21] != '-')) return std::nullopt;
  auto const zone = std::int64_t(*zone_h * 60 + *zone_m) * (t[21] == '-' ? -60 : 60);
  return sys_days(date).time_since_epoch().count() * 86400 + std::int64_t(*hour * 3600 + *minute * 60 + *second) - zone;
}

}  // namespace mailrig::wire::imap
