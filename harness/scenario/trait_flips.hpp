// trait_flips: choices that an RFC leaves to the server, and that it makes otherwise in one scenario than in another.
#pragma once

#include "history/run_record.hpp"

namespace mailrig::scenario {

/// A server may choose, but then it should choose alike.
void blame_flips(history::run_record& record);

}  // namespace mailrig::scenario
