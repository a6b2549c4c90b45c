// server_watch: see server_watch.hpp.
#include "load/server_watch.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "load/linux_processes.hpp"
#include "load/node_exporter.hpp"

namespace mailrig::load {

std::optional<server_watch> server_watch::of_listener(std::uint16_t port) {
  auto const found = listening_process(port);
  if (!found) return std::nullopt;
  server_watch out;
  out.session_ = found->session;
  out.what_ = "the processes of " + found->name;
  return out;
}

base::result<server_watch> server_watch::of_node(std::string const& address) {
  auto const colon = address.rfind(':');
  auto const port = colon == address.npos ? std::nullopt : base::number(std::string_view(address).substr(colon + 1));
  if (!port || *port == 0 || *port > 65535 || colon == 0)
    return base::fault{0, "--node",
                       fmt::format("'{}' should be host:port of a node exporter, e.g. 127.0.0.1:9100", address)};
  server_watch out;
  out.node_ = net::endpoint{address.substr(0, colon), std::uint16_t(*port)};
  out.what_ = "the machine of " + address;
  if (!out.read()) return base::fault{0, "--node", fmt::format("{} answers no /metrics of a node exporter", address)};
  return out;
}

std::optional<server_counters> server_watch::read(std::function<bool()> const& stop) const {
  return node_ ? read_node_exporter(*node_, stop) : read_session_processes(session_);
}

}  // namespace mailrig::load
