// device_dues: what a device had to do by the clock, and has not: told as late (see device.hpp).
#include "load/device.hpp"

namespace mailrig::load {

/// What was due before `until` and is not begun has waited until then; it is not made up for.
void device::give_up_acts(base::instant until) {
  static kind_id const connect = kind_named("connect");
  for (std::size_t i = 0; i < due_.size(); ++i) {
    if (!kind_.acts[i].every) continue;
    auto const& steps = kind_.acts[i].steps;
    auto const first = each_act() || steps.empty() ? connect : kind_named(steps[0].kind->operation);
    for (; due_[i] < until; due_[i] += period(i))
      for (auto const k : {act_kinds_[i], first})
        context_.records.take({k, due_[i], due_[i], base::instant::max(), until, outcome::late});
  }
}

void device::settle(base::instant end) {
  if (life_ == life::own) give_up_acts(end);
}

}  // namespace mailrig::load
