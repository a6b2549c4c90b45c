// backoff: how long a device waits before it tries again to connect, after one failure and after several in a row.
#pragma once

#include "base/clock.hpp"
#include "base/rng.hpp"
#include "scenario/toml_table.hpp"

namespace mailrig::load {

/// Without a profile's word: 1 s to 3 s, however often it failed.
struct backoff {
  base::duration first = std::chrono::seconds(2);  ///< after the first failure
  double factor = 1;                               ///< of each pause to the one before it; 1 and above
  base::duration most = std::chrono::seconds(60);  ///< no pause is longer, before chance has its part
  double jitter = 0.5;  ///< from 0 to 1: by what part of itself a pause is longer or shorter by chance

  /// The pause after `failures` in a row, 1 and more.
  base::duration pause(unsigned failures, base::rng& chance) const;
  base::duration mean(unsigned failures) const;
};

/// A table of a profile; what it leaves out is as in `otherwise`.
backoff read_backoff(scenario::toml_table t, backoff const& otherwise);

}  // namespace mailrig::load
