// linux_session: the processes of a session, as /proc tells: a client's that is judged, and what is left of a server
// whose mailrig was killed.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>

namespace mailrig::base {

/// Kills those of that session which work in `folder`: by their arguments, their working folder or their open files.
/// Both must be so, since a number by itself may be somebody else's by now. Waits until they are gone, a second at
/// most. How many there were.
std::size_t end_session(pid_t session, std::filesystem::path const& folder);

/// Octets of memory that the processes of that session hold at this moment, together.
std::uint64_t session_memory(pid_t session);

}  // namespace mailrig::base
