// postman: brings new mail to users: by APPEND, in a session of its own for each letter, or by LMTP (RFC 2033), over a
// connection that it keeps.
#pragma once

#include "load/device.hpp"

namespace mailrig::load {

class postman;

/// Called on the loop's thread.
class post_office {
 public:
  virtual ~post_office() = default;
  /// The postman is free again.
  virtual void delivered(postman& p) = 0;
};

class postman {
 public:
  virtual ~postman() = default;
  /// When free. `due`: when the letter was to come.
  virtual void deliver(user& u, base::instant due) = 0;
  /// Gives up what is not done in time.
  virtual void sweep(base::instant now, bool over) = 0;
  /// Lets go of what has ended.
  virtual void let_go() = 0;

  static std::unique_ptr<postman> by_append(ground& g, device_host& host, post_office& office);
  static std::unique_ptr<postman> by_lmtp(ground& g, net::endpoint const& where, post_office& office);
};

}  // namespace mailrig::load
