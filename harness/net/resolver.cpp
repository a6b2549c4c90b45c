// resolver: see resolver.hpp.
#include "net/resolver.hpp"

#include <boost/asio/post.hpp>

namespace mailrig::net {
namespace {

using asio_resolver = asio::ip::basic_resolver<asio::ip::tcp, asio::io_context::executor_type>;

}  // namespace

void resolve(loop::context& c, std::string const& host, std::uint16_t port,
             std::function<void(addresses, std::string const&)> found) {
  error_code no_address;
  auto const numeric = asio::ip::make_address(host, no_address);
  if (!no_address)
    return asio::post(*c.io,
                      [found = std::move(found), at = asio::ip::tcp::endpoint(numeric, port)] { found({at}, {}); });
  auto const asked = std::make_shared<asio_resolver>(*c.io);
  asked->async_resolve(host, std::to_string(port), asio::ip::resolver_base::numeric_service,
                       [asked, found = std::move(found)](error_code const& e, asio_resolver::results_type const& all) {
                         addresses out;
                         for (auto const& one : all) out.push_back(one.endpoint());
                         found(std::move(out), e ? e.message() : std::string());
                       });
}

}  // namespace mailrig::net
