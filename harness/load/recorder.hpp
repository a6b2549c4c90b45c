// recorder: takes the operations of one thread in: into the tally when they were due in the measured time, into the
// second that they ended in for the live view.
#pragma once

#include <utility>

#include "load/pulse.hpp"
#include "load/tally.hpp"

namespace mailrig::load {

class recorder {
 public:
  /// Operations that were due in [from, to) are measured; `began` is second 0.
  void measure(base::instant began, base::instant from, base::instant to) { began_ = began, from_ = from, to_ = to; }
  base::instant from() const { return from_; }
  base::instant to() const { return to_; }
  base::instant began() const { return began_; }

  void take(operation const& o, std::string_view why = {}) {
    if (o.intended >= from_ && o.intended < to_) tally_.record(o, why);
    pulse_.record(o);
    if (o.came == outcome::done && counts(o.kind)) ++pulse_.good[tenth(o.done)];
    if (o.sent != base::instant::max() && o.sent > o.free && o.sent > o.intended)
      pulse_.dispatch_max =
          std::max(pulse_.dispatch_max, std::uint64_t((o.sent - std::max(o.free, o.intended)).count()));
  }
  /// A connection broke, was refused or timed out.
  void broke(base::instant at) { ++pulse_.broken[tenth(at)]; }

  tally& figures() { return tally_; }
  pulse& now() { return pulse_; }
  /// The second so far; a new one begins.
  pulse hand_over(std::int64_t second) {
    pulse_.second = second;
    return std::exchange(pulse_, {});
  }

 private:
  /// Names are behind a lock; they are asked for once a kind.
  bool counts(kind_id k) {
    while (counts_.size() <= k) counts_.push_back(!is_compound(name_of(kind_id(counts_.size()))));
    return counts_[k];
  }
  std::size_t tenth(base::instant at) const {
    return std::size_t((at - began_) / std::chrono::milliseconds(100)) % pulse::tenths;
  }
  base::instant began_{}, from_{}, to_ = base::instant::max();
  tally tally_;
  pulse pulse_;
  std::vector<char> counts_;
};

}  // namespace mailrig::load
