// recorder: takes the operations of one thread in: into the tally when they were due in the measured time, into the
// second that they ended in for the live view.
#pragma once

#include <utility>

#include "load/endpoint_book.hpp"
#include "load/interval.hpp"
#include "load/tally.hpp"

namespace mailrig::load {

class recorder {
 public:
  /// Operations that were due in [from, to) are measured; `began` is second 0.
  void measure(base::instant began, base::instant from, base::instant to) { began_ = began, from_ = from, to_ = to; }
  base::instant from() const { return from_; }
  base::instant to() const { return to_; }

  /// `by`: how the server declined it, in its words; null where it did not.
  void take(operation const& o, std::string_view why = {}, refusal const* by = nullptr) {
    bool const measured = o.intended >= from_ && o.intended < to_;
    if (measured) tally_.record(o, why, by);
    if (measured && o.endpoint != no_endpoint && counts(o.kind)) endpoints_.record(o, why);
    interval_.record(o, by);
    if (by) ++slot(o.done, &interval::refused);
    if (o.came == outcome::done && counts(o.kind)) ++slot(o.done, &interval::good);
    if (o.sent != base::instant::max() && o.sent > o.free && o.sent > o.intended)
      interval_.dispatch_max =
          std::max(interval_.dispatch_max, std::uint64_t((o.sent - std::max(o.free, o.intended)).count()));
  }
  /// A connection broke, could not be made or timed out, and no word of the server said why.
  void broke(base::instant at) { ++slot(at, &interval::broken); }
  /// A device has lost the connection that it wants, or could not get it; it has one again.
  void lost(base::instant at) { ++slot(at, &interval::lost); }
  void back(base::instant at) { ++slot(at, &interval::back); }
  /// A device could not connect to an endpoint, and turns to the next.
  void moved_on(kind_id endpoint, base::instant at) {
    if (at >= from_ && at < to_) endpoints_.moved_on(endpoint);
  }

  tally& figures() { return tally_; }
  endpoint_book const& endpoints() const { return endpoints_; }
  interval& now() { return interval_; }
  /// Takes out what has come of this second, and begins the next. That is asked for a little after the second has
  /// ended: what came since stands in the next.
  interval hand_over(std::int64_t second) {
    interval_.second = second;
    second_ = second + 1;
    auto out = std::exchange(interval_, {});
    std::swap(interval_.good, next_.good);
    std::swap(interval_.broken, next_.broken);
    std::swap(interval_.lost, next_.lost);
    std::swap(interval_.back, next_.back);
    std::swap(interval_.refused, next_.refused);
    return out;
  }

 private:
  /// Names are behind a lock; they are asked for once a kind.
  bool counts(kind_id k) {
    while (counts_.size() <= k) counts_.push_back(!is_compound(name_of(kind_id(counts_.size()))));
    return counts_[k];
  }
  using slots = std::array<std::uint32_t, interval::tenths>;
  std::uint32_t& slot(base::instant at, slots interval::*which) {
    auto const tenths = (at - began_) / std::chrono::milliseconds(100);
    auto& p = tenths / std::int64_t(interval::tenths) > second_ ? next_ : interval_;
    return (p.*which)[std::size_t(std::max<std::int64_t>(0, tenths)) % interval::tenths];
  }
  base::instant began_{}, from_{}, to_ = base::instant::max();
  tally tally_;
  endpoint_book endpoints_;
  interval interval_, next_;
  std::int64_t second_ = 0;
  std::vector<char> counts_;
};

}  // namespace mailrig::load
