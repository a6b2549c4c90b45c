// network: what lies between a population and its server, as a profile says it: how slow and lossy its lines are,
// whether they forget or go dark, and how many of its TLS handshakes resume an earlier session.
#pragma once

#include <optional>

#include "net/failing_line.hpp"
#include "net/slow_link.hpp"
#include "net/tls.hpp"
#include "scenario/toml_table.hpp"

namespace mailrig::load {

/// A profile's [network]: of each device whose own `link` says nothing else.
struct network {
  net::link_speed link;
  net::line_failures failures;
  std::optional<double> tls_resume;  ///< share of connections, 0 to 1; none: what the target says
};

/// The keys that [network] and a device's `link` share; what is not there stays as it is.
void read_line(scenario::toml_table& t, net::link_speed& link, net::line_failures& failures);
network read_network(scenario::toml_table& root);

/// The client's side of TLS in a run of that network; of the target's options only the share is another.
base::result<net::tls_context> trust_of(net::tls_options of_target, network const& n);

}  // namespace mailrig::load
