// timetable: when things are to begin, whatever the server does: at a constant pace, by chance (Poisson), along stages
// and ramps, or at the times of a list.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/rng.hpp"

namespace mailrig::load {

/// The rate goes from one value to the other, a second, within that time.
struct stage {
  double from = 0, to = 0;
  base::duration length{};
};

enum class pace : std::uint8_t { constant, poisson };

class timetable {
 public:
  timetable() = default;
  /// Instants count from 0. `offset`, in [0, 1): how far into its first interval a constant pace begins; at 0 at once.
  timetable(std::vector<stage> stages, pace p, std::uint64_t seed, double offset = 0);
  /// At these instants, ascending.
  explicit timetable(std::vector<base::instant> list) : list_(std::move(list)) {}

  /// The next, ascending; nothing at the end.
  std::optional<base::instant> next();
  /// How many there will be in all, on average.
  double expected() const;

 private:
  std::vector<stage> stages_;
  pace pace_ = pace::constant;
  base::rng random_{1};
  std::size_t stage_ = 0;
  base::instant stage_began_{};
  double within_ = 0;  ///< arrivals of this stage up to now, on average
  double debt_ = 0;    ///< arrivals, on average, until the next
  bool begun_ = false;
  std::vector<base::instant> list_;
  std::size_t at_ = 0;
};

/// "200/s", "12/min", "10/s..200/s" (a ramp over `length`) or stages "50/s 30s, 50/s..100/s 1m".
base::result<std::vector<stage>> read_rate(std::string_view text, base::duration length);
/// A file with one time in seconds on each line, ascending.
base::result<std::vector<base::instant>> read_times(std::string_view text);

}  // namespace mailrig::load
