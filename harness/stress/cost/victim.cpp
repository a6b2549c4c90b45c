// victim: see victim.hpp.
#include "stress/cost/victim.hpp"

#include <algorithm>

#include "net/loop_lateness.hpp"

namespace mailrig::stress {

using history::protocol;
using scenario::arrival;

victim::victim(scenario::stage& s, scenario::player& p) : stage_(s), player_(p), again_(s.loop()) {}

void victim::begin() {
  longest_ = {};
  waits_ = false;
  ask();
}

base::duration victim::end() {
  again_.cancel();
  if (waits_) longest_ = std::max(longest_, waited());
  // The answer that is under way is not the next command's.
  stage_.wait([&] { return !stage_.is_open(player_) || was_answered(); }, stage_.limits().step);
  waits_ = false;
  return longest_;
}

base::duration victim::waited() const {
  auto const late = net::stood_still(stage_.loop()) - still_;
  return std::max(base::duration{}, stage_.loop().now() - asked_ - late);
}

bool victim::was_answered() const {
  return std::ranges::any_of(player_.arrivals, [](auto const& a) {
    return a->what == arrival::kind::tagged || a->what == arrival::kind::pop3;
  });
}

void victim::ask() {
  if (!stage_.is_open(player_)) return;
  player_.arrivals.clear();
  asked_ = stage_.loop().now();
  still_ = net::stood_still(stage_.loop());
  player_.channel->send(player_.proto == protocol::imap ? "V NOOP\r\n" : "NOOP\r\n");
  waits_ = true;
  again_.at(asked_ + period, [this] { tick(); });
}

void victim::tick() {
  if (waits_ && was_answered()) {
    longest_ = std::max(longest_, waited());
    waits_ = false;
  }
  if (waits_ && stage_.is_open(player_))
    again_.at(stage_.loop().now() + period, [this] { tick(); });
  else
    ask();
}

}  // namespace mailrig::stress
