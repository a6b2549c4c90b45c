// linux_children: the memory of the processes that this one has started, and of those that they have, as /proc tells.
#pragma once

#include <cstdint>

namespace mailrig::base {

/// Resident octets of all of them, what they share counted for each; 0: there are none.
std::uint64_t memory_of_children();

}  // namespace mailrig::base
