// proxy_header: see proxy_header.hpp.
#include "net/proxy_header.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>

namespace mailrig::net {
namespace {

using boost::asio::ip::address;

address in_six(address const& a) {
  return a.is_v4() ? address(make_address_v6(boost::asio::ip::v4_mapped, a.to_v4())) : a;
}

std::string octets_of(address const& a) {
  auto const text = [](auto const& bytes) { return std::string(bytes.begin(), bytes.end()); };
  return a.is_v4() ? text(a.to_v4().to_bytes()) : text(a.to_v6().to_bytes());
}

std::string octets_of(std::uint16_t n) { return {char(n >> 8), char(n & 0xff)}; }

}  // namespace

std::string proxy_header(proxy_form form, proxied const& p) {
  boost::system::error_code bad_from, bad_to;
  auto from = boost::asio::ip::make_address(p.from, bad_from), to = boost::asio::ip::make_address(p.to, bad_to);
  if (form == proxy_form::none || bad_from || bad_to) return {};
  bool const four = from.is_v4() && to.is_v4();
  if (!four) from = in_six(from), to = in_six(to);
  if (form == proxy_form::v1)
    return fmt::format("PROXY TCP{} {} {} {} {}\r\n", four ? 4 : 6, from.to_string(), to.to_string(), p.from_port,
                       p.to_port);
  auto const body = octets_of(from) + octets_of(to) + octets_of(p.from_port) + octets_of(p.to_port);
  constexpr std::string_view signature("\r\n\r\n\0\r\nQUIT\n", 12);
  // Version 2 and PROXY; then the family and STREAM.
  return fmt::format("{}\x21{}{}{}", signature, four ? '\x11' : '\x21', octets_of(std::uint16_t(body.size())), body);
}

}  // namespace mailrig::net
