// loop_lateness: how late a loop was by its own fault, so that nobody else is blamed for it.
#pragma once

#include "net/loop.hpp"

namespace mailrig::net {

/// All in all, while somebody waited by run_until: stopped, starved of processor, or busy with one call. Below a tenth
/// of a second it is not seen; where time is simulated there is none.
base::duration stood_still(loop& l);

}  // namespace mailrig::net
