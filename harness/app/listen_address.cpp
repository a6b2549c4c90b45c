// listen_address: see listen_address.hpp.
#include "app/listen_address.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace mailrig::app {

base::result<net::endpoint> read_listen_address(char const* option, std::string const& text) {
  auto const colon = text.rfind(':');
  auto const port = colon == text.npos ? std::nullopt : base::number(std::string_view(text).substr(colon + 1));
  if (!port || *port > 65535)
    return base::fault{0, option, fmt::format("{}: '{}' should be :port or host:port", option, text)};
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return net::endpoint{host.empty() ? "127.0.0.1" : host, std::uint16_t(*port)};
}

}  // namespace mailrig::app
