// endpoint: see endpoint.hpp.
#include "net/endpoint.hpp"

#include <boost/asio/ip/address.hpp>

namespace mailrig::net {

bool is_loopback(std::string_view host) {
  if (host == "localhost") return true;
  boost::system::error_code none;
  auto const address = boost::asio::ip::make_address(host, none);
  return !none && address.is_loopback();
}

}  // namespace mailrig::net
