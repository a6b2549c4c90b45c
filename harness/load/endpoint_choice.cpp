// endpoint_choice: see endpoint_choice.hpp.
#include "load/endpoint_choice.hpp"

namespace mailrig::load {

std::size_t endpoint_choice::next(base::rng& chance) {
  if (!from_ || from_->list.all.size() < 2) return 0;
  if (!moved_) here_ = session::choose_endpoint(from_->list, {from_->seed, user_, device_}, chance);
  return *here_;
}

void endpoint_choice::connected() {
  tried_ = 0;
  if (!from_) return;
  auto const p = from_->list.policy;
  if (p == session::endpoint_policy::random || p == session::endpoint_policy::weighted) moved_ = false;
}

bool endpoint_choice::could_not_connect() {
  if (!from_ || !from_->list.has_next() || !here_) return false;
  left_ = kept_as();
  here_ = (*here_ + 1) % from_->list.all.size();
  moved_ = true;
  if (++tried_ < from_->list.all.size()) return true;
  tried_ = 0;
  return false;
}

}  // namespace mailrig::load
