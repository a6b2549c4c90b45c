// host_and_port: see host_and_port.hpp.
#include "net/host_and_port.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace mailrig::net {

std::string host_and_port(std::string_view host, std::uint16_t port) {
  return host.find(':') == host.npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

std::optional<host_port> read_host_and_port(std::string_view text) {
  auto const colon = text.rfind(':');
  auto const port = colon == text.npos ? std::nullopt : base::number(text.substr(colon + 1));
  if (!port || *port > 65535) return std::nullopt;
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host_port{std::string(host), std::uint16_t(*port)};
}

}  // namespace mailrig::net
