// delivery: puts a message into an account's inbox by LMTP (RFC 2033) or by a command, where APPEND is not at hand.
#pragma once

#include "net/loop.hpp"
#include "scenario/mailroom.hpp"
#include "scenario/target.hpp"

namespace mailrig::scenario {

/// Blocks up to ten seconds on the loop. Not for delivery::append.
base::result<void> deliver(net::loop& l, target const& t, std::string const& user, message const& m);

}  // namespace mailrig::scenario
