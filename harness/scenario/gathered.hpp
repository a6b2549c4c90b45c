// gathered: what several untagged responses say together, where a server says in pieces what others say at once:
// FETCH data of one message (RFC 3501 §7.4.2), the numbers of SEARCH (§7.2.5) and the UIDs of VANISHED, each of its two
// forms for itself (RFC 7162 §3.2.10).
#pragma once

#include "scenario/pattern.hpp"

namespace mailrig::scenario {

/// Two or more arrivals, made one. `parts` are their indices.
struct gathered {
  arrival_ptr whole;
  std::vector<std::size_t> parts;
};

std::vector<gathered> gather(std::vector<arrival*> const& data);

}  // namespace mailrig::scenario
