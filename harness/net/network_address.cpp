// network_address: see network_address.hpp.
#include "net/network_address.hpp"

#include <algorithm>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

namespace mailrig::net {
namespace {

namespace ip = boost::asio::ip;

std::optional<std::string> within(ip::network_v4 const& net, std::uint64_t n) {
  auto const bits = 32 - net.prefix_length();
  if (bits < 2) return std::nullopt;
  auto const room = (std::uint64_t(1) << bits) - 2;
  return ip::address_v4(net.network().to_uint() + std::uint32_t(1 + n % room)).to_string();
}

std::optional<std::string> within(ip::network_v6 const& net, std::uint64_t n) {
  auto const bits = std::min(128 - net.prefix_length(), 63);
  if (bits < 2) return std::nullopt;
  auto host = 1 + n % ((std::uint64_t(1) << bits) - 2);
  auto bytes = net.network().to_bytes();
  for (std::size_t i = bytes.size(); host != 0; host >>= 8) bytes[--i] |= std::uint8_t(host & 0xff);
  return ip::address_v6(bytes).to_string();
}

}  // namespace

std::optional<std::string> address_within(std::string_view network, std::uint64_t n) {
  boost::system::error_code none;
  if (auto const four = ip::make_network_v4(network, none); !none) return within(four, n);
  if (auto const six = ip::make_network_v6(network, none); !none) return within(six, n);
  return std::nullopt;
}

}  // namespace mailrig::net
