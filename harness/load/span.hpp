// span: a time that a profile or an option names, fixed or by chance: "30s", "exp 5m", "uniform 10s 20s".
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/rng.hpp"

namespace mailrig::load {

struct span {
  enum class shape : std::uint8_t { fixed, exponential, uniform } how = shape::fixed;
  base::duration low{};   ///< or the mean, or the time itself
  base::duration high{};  ///< of a uniform one
  base::duration draw(base::rng& random) const;
  base::duration mean() const { return how == shape::uniform ? (low + high) / 2 : low; }
};

std::optional<span> read_span(std::string_view text);
/// "1.5 ms", "2 min": three digits and a unit.
std::string written(base::duration d);

}  // namespace mailrig::load
