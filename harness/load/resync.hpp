// resync: how a device that was away finds again what it had, as mail programs do: by QRESYNC it is told what has
// vanished and changed, by CONDSTORE what has changed; else it looks at all UIDs and flags (RFC 7162 §6, RFC 4549
// §4.3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "load/step.hpp"

namespace mailrig::load {

/// The ways that a profile may name, the first for whoever names none: the device only selects.
std::vector<std::string_view> const& resync_ways();

/// What such a device asks between its login and its own steps, SELECT of `mailbox` among it. Empty for "none".
std::vector<step> resync_program(std::string_view way, std::string const& mailbox);

}  // namespace mailrig::load
