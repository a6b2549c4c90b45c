// delivery_queue: see delivery_queue.hpp.
#include "load/delivery_queue.hpp"

namespace mailrig::load {

void delivery_queue::deliver(user& u, base::instant due) {
  waiting_.emplace_back(&u, due);
  dispatch();
}

void delivery_queue::dispatch() {
  constexpr std::size_t most_agents = 200;
  while (!waiting_.empty() && !stopped_) {
    if (idle_.empty()) {
      if (agents_.size() >= most_agents) return;
      agents_.push_back(where_.how == scenario::delivery::lmtp ? delivery_agent::by_lmtp(context_, where_.lmtp, *this)
                                                               : delivery_agent::by_append(context_, host_, *this));
      idle_.push_back(agents_.back().get());
    }
    auto* agent = idle_.back();
    idle_.pop_back();
    auto const [to, due] = waiting_.front();
    waiting_.pop_front();
    agent->deliver(*to, due);
  }
}

void delivery_queue::on_delivered(delivery_agent& agent) {
  // From within its connection's own call: it is free when that has returned.
  context_.loop.post([this, &agent] {
    agent.let_go();
    idle_.push_back(&agent);
    dispatch();
  });
}

void delivery_queue::sweep(base::instant now, bool over) {
  for (auto& a : agents_) a->sweep(now, over);
}

void delivery_queue::drop() {
  for (auto& a : agents_) a->drop();
}

void delivery_queue::settle(base::instant now) {
  static kind_id const delivery = kind_named("delivery");
  for (auto const& [to, due] : waiting_)
    context_.records.take({delivery, due, due, base::instant::max(), now, outcome::late});
  waiting_.clear();
}

}  // namespace mailrig::load
