// network_address: addresses of a network, by number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mailrig::net {

/// Of "10.20.0.0/16" or "2001:db8::/64" the address whose host part is 1 + n, counted round and round: never the
/// network's own or, in IPv4, the broadcast one. Nothing when it is no network, or one without room.
std::optional<std::string> address_within(std::string_view network, std::uint64_t n);

}  // namespace mailrig::net
