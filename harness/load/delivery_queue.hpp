// delivery_queue: new mail that is due to a worker's users, and the agents that bring it, as many as it takes.
#pragma once

#include <deque>

#include "load/delivery_agent.hpp"
#include "scenario/target.hpp"

namespace mailrig::load {

class delivery_queue final : public delivery_agent_owner {
 public:
  delivery_queue(context& shared, device_host& host, scenario::target const& where)
      : context_(shared), host_(host), where_(where) {}

  /// A message is due to that user.
  void deliver(user& u, base::instant due);
  /// Gives up what is not done in time.
  void sweep(base::instant now, bool over);
  /// Nothing more is begun.
  void stop() { stopped_ = true; }
  /// The run is over: what has not been begun is late.
  void settle(base::instant now);
  /// Closes all connections without a word.
  void drop();

 private:
  void on_delivered(delivery_agent& agent) override;
  void dispatch();

  context& context_;
  device_host& host_;
  scenario::target const& where_;
  std::vector<std::unique_ptr<delivery_agent>> agents_;
  std::vector<delivery_agent*> idle_;
  std::deque<std::pair<user*, base::instant>> waiting_;
  bool stopped_ = false;
};

}  // namespace mailrig::load
