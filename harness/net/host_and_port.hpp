// host_and_port: where something listens, as people write it: "127.0.0.1:143", "[::1]:143".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mailrig::net {

/// An IPv6 address stands in brackets.
std::string host_and_port(std::string_view host, std::uint16_t port);

struct host_port {
  std::string host;  ///< without brackets; may be empty
  std::uint16_t port = 0;
};
/// What follows the last colon is the port. Nothing where there is none from 0 to 65535.
std::optional<host_port> read_host_and_port(std::string_view text);

}  // namespace mailrig::net
