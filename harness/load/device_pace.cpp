// device_pace: a device keeps the delay between logins that its server has announced.
#include "load/device.hpp"

namespace mailrig::load {

using namespace std::chrono_literals;

/// A server that has announced a delay between logins refuses who comes sooner; a program that knows comes later, and
/// looks as often as it may.
bool device::put_off(base::instant due) {
  if (kind_.proto != history::protocol::pop3 || !context_.pace) return false;
  auto const now = context_.loop.now();
  auto const left = context_.pace->wait(user_.pop3.user, now);
  if (left <= 0s) return false;
  static kind_id const kind = kind_named(put_off_login);
  comes_ = now + left;
  doing_ = doing::barred;
  context_.records.take({kind, due, due, due, comes_, outcome::done});
  act_due_ = comes_;
  for (std::size_t i = 0; i < due_.size() && each_act(); ++i)
    while (kind_.acts[i].every && due_[i] <= comes_) due_[i] += period(i);
  host_.wake_at(*this, comes_);
  return true;
}

}  // namespace mailrig::load
