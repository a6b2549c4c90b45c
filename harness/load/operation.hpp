// operation: one thing that a device wanted of a server: when it was to happen, when it was asked for, when it was
// done.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace mailrig::load {

/// A kind of operation by number: "fetch.header", "login", "retr" ...
using kind_id = std::uint16_t;

/// The numbers of this process; names travel between processes. Any thread.
kind_id kind_named(std::string_view name);
std::string const& name_of(kind_id kind);

/// Of a target that has one endpoint, and of what is done at none.
inline constexpr kind_id no_endpoint = 0xFFFF;

enum class outcome : std::uint8_t {
  done,
  failed,  ///< refused, or the connection went: it says nothing about latency
  late,    ///< not done when patience or the run ended: it took at least that long
};

/// Instants are on base::now()'s axis. Response is done - intended, service is done - sent; what lies between intended
/// and sent is lag: blocked until `free` (a predecessor, or the server's answer to it), dispatch after it (our own
/// lateness).
struct operation {
  kind_id kind = 0;
  base::instant intended{}, free{}, sent{}, done{};
  outcome came = outcome::done;
  kind_id endpoint = no_endpoint;  ///< at which its device was, as endpoint_kind() has it
};

}  // namespace mailrig::load
