// resolver: the addresses that a host has: at once where it is numeric, else as the system says, without blocking the
// loop.
#pragma once

#include <functional>
#include <vector>

#include "net/loop_context.hpp"

namespace mailrig::net {

using addresses = std::vector<asio::ip::tcp::endpoint>;

/// Calls `found` once, later, from the loop: the addresses in the system's order, or none and why.
void resolve(loop::context& c, std::string const& host, std::uint16_t port,
             std::function<void(addresses, std::string const& why)> found);

}  // namespace mailrig::net
