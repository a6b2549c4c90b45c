// octets: see octets.hpp.
#include "load/octets.hpp"

#include <fmt/format.h>

#include <charconv>

namespace mailrig::load {

std::optional<std::uint64_t> read_octets(std::string_view text) {
  double value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !(value >= 0 && value <= 1e12)) return std::nullopt;
  std::string_view const unit(end, std::size_t(text.data() + text.size() - end));
  if (unit.empty()) return std::uint64_t(value);
  if (unit == "k" || unit == "K") return std::uint64_t(value * 1000);
  if (unit == "M") return std::uint64_t(value * 1e6);
  return std::nullopt;
}

std::string octets_in_words(double octets) {
  struct unit {
    double size;
    char const* name;
  };
  // What would be rounded to 1000 of a unit is 1 of the next.
  for (auto const& u : {unit{1e9, "GB"}, unit{1e6, "MB"}, unit{1e3, "kB"}})
    if (octets >= 0.9995 * u.size) return fmt::format("{:.3g} {}", octets / u.size, u.name);
  return fmt::format("{:.0f} B", octets);
}

}  // namespace mailrig::load
