// internal_date: see internal_date.hpp.
#include "wire/imap/internal_date.hpp"

#include <chrono>

#include "base/text.hpp"

namespace mailrig::wire::imap {

std::optional<std::int64_t> day_of(std::string_view day, std::string_view month, std::string_view year) {
  static constexpr std::string_view months = "janfebmaraprmayjunjulaugsepoctnovdec";
  auto const m = months.find(base::to_lower(month));
  auto const d = base::number(day), y = base::number(year);
  if (month.size() != 3 || m == months.npos || m % 3 || !d || !y || year.size() != 4) return std::nullopt;
  using namespace std::chrono;
  year_month_day const date{std::chrono::year(int(*y)), std::chrono::month(unsigned(m / 3 + 1)),
                            std::chrono::day(unsigned(*d))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date).time_since_epoch().count();
}

std::optional<std::int64_t> instant_of(std::string_view t) {
  if (t.size() != 26 || (t[21] != '+' && t[21] != '-')) return std::nullopt;
  auto const at = [&](std::size_t from, std::size_t size) { return base::number(base::trim(t.substr(from, size))); };
  auto const day = day_of(base::trim(t.substr(0, 2)), t.substr(3, 3), t.substr(7, 4));
  auto const hour = at(12, 2), minute = at(15, 2), second = at(18, 2), zone_h = at(22, 2), zone_m = at(24, 2);
  if (!day || !hour || !minute || !second || !zone_h || !zone_m) return std::nullopt;
  auto const zone = std::int64_t(*zone_h * 60 + *zone_m) * (t[21] == '-' ? -60 : 60);
  return *day * 86400 + std::int64_t(*hour * 3600 + *minute * 60 + *second) - zone;
}

}  // namespace mailrig::wire::imap
