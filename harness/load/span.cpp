// span: see span.hpp.
#include "load/span.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"

namespace mailrig::load {

base::duration span::draw(base::rng& random) const {
  if (how == shape::fixed) return low;
  if (how == shape::uniform) return low + base::duration(std::int64_t(random.unit() * double((high - low).count())));
  // Cut at ten times the mean, so that one draw in 20,000 does not outlast the run.
  return base::duration(std::int64_t(std::min(10.0, -std::log(random.unit())) * double(low.count())));
}

std::optional<span> read_span(std::string_view text) {
  auto const words = base::words(text);
  span out;
  std::size_t at = 0;
  if (words.size() == 2 && words[0] == "exp") out.how = span::shape::exponential, at = 1;
  if (words.size() == 3 && words[0] == "uniform") out.how = span::shape::uniform, at = 1;
  if (words.size() != at + 1 + (out.how == span::shape::uniform)) return std::nullopt;
  auto const low = base::read_duration(words[at]);
  auto const high = out.how == span::shape::uniform ? base::read_duration(words[at + 1]) : low;
  if (!low || !high || *high < *low) return std::nullopt;
  out.low = *low;
  out.high = *high;
  return out;
}

std::string written(base::duration d) {
  auto const s = std::abs(double(d.count()) / 1e9);
  auto three = [](double v, char const* unit) {
    return fmt::format("{:.{}f} {}", v, v >= 99.95 ? 0 : v >= 9.995 ? 1 : 2, unit);
  };
  if (s == 0) return "0";
  if (s < 0.0009995) return three(s * 1e6, "us");
  if (s < 0.9995) return three(s * 1e3, "ms");
  if (s < 120) return three(s, "s");
  return s < 7200 ? three(s / 60, "min") : three(s / 3600, "h");
}

}  // namespace mailrig::load
