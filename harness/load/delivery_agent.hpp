// delivery_agent: brings new mail to users: by APPEND, in a session of its own for each message, or by LMTP (RFC 2033),
// over a connection that it keeps.
#pragma once

#include "load/device.hpp"

namespace mailrig::load {

class delivery_agent;

/// Called on the loop's thread.
class delivery_agent_owner {
 public:
  virtual ~delivery_agent_owner() = default;
  /// It is free again.
  virtual void on_delivered(delivery_agent& p) = 0;
};

class delivery_agent {
 public:
  virtual ~delivery_agent() = default;
  /// When free. `due`: when the message was to come.
  virtual void deliver(user& u, base::instant due) = 0;
  /// Gives up what is not done in time.
  virtual void sweep(base::instant now, bool over) = 0;
  /// Lets go of what has ended.
  virtual void let_go() = 0;
  /// Closes its connection without a word; its owner is not told.
  virtual void drop() = 0;

  static std::unique_ptr<delivery_agent> by_append(context& shared, device_host& host, delivery_agent_owner& owner);
  static std::unique_ptr<delivery_agent> by_lmtp(context& shared, net::endpoint const& where,
                                                 delivery_agent_owner& owner);
};

}  // namespace mailrig::load
