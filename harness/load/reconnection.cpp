// reconnection: see reconnection.hpp.
#include "load/reconnection.hpp"

#include <algorithm>

namespace mailrig::load {

void reconnection_watch::take(interval const& p) {
  for (std::size_t i = 0; i < interval::tenths; ++i) {
    auto const begins = double(p.second) + double(i) / interval::tenths;
    auto const ends = double(p.second) + double(i + 1) / interval::tenths;
    if (p.lost[i] > 0 && !under_way_) begin(begins);
    // What a late thread hands in may have the return before the loss: the sum is right.
    without_ += std::int64_t(p.lost[i]) - std::int64_t(p.back[i]);
    if (!under_way_) continue;
    now_.devices += p.lost[i];
    // Who is back within the tenth was away nevertheless.
    now_.most = std::max(now_.most, std::uint64_t(std::max<std::int64_t>(0, without_ + p.back[i])));
    now_.to = ends;
    now_.over = without_ <= 0;
    if (kept_) found_.back() = now_;
    if (now_.over) under_way_ = false;
  }
}

void reconnection_watch::begin(double at) {
  under_way_ = true;
  now_ = {at, at, false, 0, 0};
  kept_ = found_.size() < most_kept;
  if (kept_) found_.push_back(now_);
}

std::vector<reconnection> reconnection_watch::end() { return found_; }

}  // namespace mailrig::load
