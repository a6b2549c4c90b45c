// retry_pause: how long whoever was refused waits before it tries again: longer each time, up to a bound, and never in
// step with others.
#pragma once

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "base/rng.hpp"

namespace mailrig::stress {

class retry_pause {
 public:
  retry_pause(base::duration first, base::duration longest) : first_(first), longest_(longest), next_(first) {}

  /// Between half of the pause that it is by now and one and a half times it.
  base::duration next(base::rng& random) {
    auto const now = std::exchange(next_, std::min(longest_, next_ * 2));
    return now / 2 + base::duration(std::int64_t(random.unit() * double(now.count())));
  }
  void start_over() { next_ = first_; }

 private:
  base::duration first_, longest_, next_;
};

}  // namespace mailrig::stress
