// beginning: the beginning of what somebody said, as people are told it: printable, cut, without the secrets that this
// run knows.
#pragma once

#include <string>
#include <string_view>

namespace mailrig::base {

/// Of so many octets, before they are made printable. More is looked through than is told: a secret that the cut goes
/// through is none any more.
std::string beginning_of(std::string_view said, std::size_t most);

}  // namespace mailrig::base
