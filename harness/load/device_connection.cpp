// device_connection: which endpoint a device connects to, and what it does where it is not let in or loses what it had.
#include <algorithm>
#include <string>
#include <utility>

#include "load/device.hpp"

namespace mailrig::load {

/// A user's devices of one kind are told apart by their order, which is the same whatever thread plays them.
endpoint_choice device::choice_of_its_own() const {
  auto const before = std::ranges::count_if(user_.devices, [&](device const* d) { return &d->kind() == &kind_; });
  auto const& who = kind_.proto == history::protocol::imap ? user_.imap : user_.pop3;
  return {context_.endpoints.of(kind_.proto), who.user, kind_.name + "/" + std::to_string(before)};
}

/// Who is not let in at one endpoint, and has another to try, does not wait.
bool device::tries_next_endpoint(base::instant at) {
  if (doing_ != doing::opening || stopped_ || !endpoint_.could_not_connect()) return false;
  context_.records.moved_on(endpoint_.left(), at);
  if (!each_act()) lost_connection(at);
  free_ = at;
  doing_ = doing::away;
  // Its timetables go on, as after a connection that broke.
  lost_ = lost_ || (!each_act() && life_ == life::own);
  comes_ = each_act() ? act_due_ : at;
  host_.wake_at(*this, at);
  return true;
}

void device::lost_connection(base::instant at) {
  if (life_ == life::called || stopped_ || std::exchange(without_, true)) return;
  context_.records.lost(at);
}

void device::got_connection(base::instant at) {
  failures_ = 0;
  endpoint_.connected();
  if (std::exchange(without_, false)) context_.records.back(at);
}

}  // namespace mailrig::load
