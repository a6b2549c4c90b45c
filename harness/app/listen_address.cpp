// listen_address: see listen_address.hpp.
#include "app/listen_address.hpp"

#include <fmt/format.h>

#include "net/host_and_port.hpp"

namespace mailrig::app {

base::result<net::endpoint> read_listen_address(char const* option, std::string const& text) {
  auto const at = net::read_host_and_port(text);
  if (!at) return base::fault{0, option, fmt::format("{}: '{}' should be :port or host:port", option, text)};
  return net::endpoint{at->host.empty() ? "127.0.0.1" : at->host, at->port};
}

}  // namespace mailrig::app
