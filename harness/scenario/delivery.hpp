// delivery: puts a message into an account's inbox by LMTP (RFC 2033) or by a command, where APPEND is not at hand.
#pragma once

#include <memory>
#include <string>

#include "net/loop.hpp"
#include "scenario/mailroom.hpp"
#include "scenario/target.hpp"

namespace mailrig::scenario {

/// Blocks on the loop up to ten seconds, and one more for each MB, or until the run is to end. Not for
/// delivery::append.
base::result<void> deliver(net::loop& l, target const& t, std::string const& user, message const& m);

/// The same for one message after the other: over a connection that is kept, where there is LMTP. After a fault it is
/// of no more use.
class deliveries {
 public:
  deliveries(net::loop& l, target const& t);
  ~deliveries();
  base::result<void> deliver(std::string const& user, message const& m);

 private:
  struct line;
  net::loop& loop_;
  target const& target_;
  std::unique_ptr<line> line_;  ///< dialled when it is first needed
};

}  // namespace mailrig::scenario
