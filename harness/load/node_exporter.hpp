// node_exporter: a machine's CPU, memory and disk from its Prometheus node exporter.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "load/server_watch.hpp"
#include "net/endpoint.hpp"

namespace mailrig::load {

/// Asks for /metrics; blocks for two seconds at most, or until `stop` (asked now and then; may be empty).
std::optional<server_counters> read_node_exporter(net::endpoint const& at, std::function<bool()> const& stop);
/// What the text of /metrics says; nothing where it is not a node exporter's.
std::optional<server_counters> counters_of_metrics(std::string_view text);

}  // namespace mailrig::load
