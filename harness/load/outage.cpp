// outage: see outage.hpp.
#include "load/outage.hpp"

namespace mailrig::load {

/// A second of silence, where at least two operations a tenth are usual, or any silence with connections that break.
void outage_watch::take(interval const& p) {
  std::uint64_t lost = 0;
  for (auto const& k : p.kinds)
    if (k) lost += k->failed + k->late;
  auto const waiting = p.devices.waiting + p.devices.connecting;
  for (std::size_t i = 0; i < interval::tenths; ++i) {
    now_ = double(p.second) + double(i + 1) / interval::tenths;
    auto const good = p.good[i], broken = p.broken[i];
    bool const heard = good > 0 || p.refused[i] > 0;
    broken_ += broken;
    if (!heard) {
      ++silent_;
      bool const stalled = silent_ >= 10 && usual_ >= 2 && waiting > 0;
      bool const cut = silent_ >= 3 && broken_ > 0;
      if (!down_ && (stalled || cut)) {
        down_ = true;
        found_.push_back(
            {now_ - double(silent_) / interval::tenths, now_, false, 0, 0, broken_ > 0 ? "broken" : "stalled"});
      }
    } else {
      if (down_) close(now_ - 0.1, true);
      if (broken == 0) broken_ = 0;
      silent_ = 0;
      usual_ = usual_ * 0.95 + double(good + p.refused[i]) * 0.05;
    }
  }
  if (down_) {
    lost_ += lost;
    found_.back().to = now_;
    if (broken_ > 0) found_.back().kind = "broken";
  } else if (!found_.empty() && found_.back().to >= double(p.second)) {
    found_.back().lost += lost;  // what failed in the second in which it came back
  }
}

void outage_watch::close(double at, bool back) {
  auto& o = found_.back();
  o.to = at;
  o.over = back;
  o.broken = broken_;
  o.lost += lost_;
  down_ = false;
  broken_ = lost_ = 0;
}

std::vector<outage> outage_watch::end() {
  if (down_) close(now_, false);
  return found_;
}

}  // namespace mailrig::load
