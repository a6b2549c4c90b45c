// bottle: a server in a bottle: the sessions of a trace as steps, so that they are played again for another client.
#pragma once

#include <filesystem>
#include <memory>

#include "play/bottle_store.hpp"
#include "play/played_steps.hpp"

namespace mailrig::play {

struct bottle {
  std::vector<played_part> parts;             ///< each session of the trace
  std::shared_ptr<bottle_store const> store;  ///< what the trace tells beside; null: nobody is told more
};

/// Each session of the trace: what its server said, and, each time, what was asked for. A client may leave out what was
/// asked then. `strict`: it may not ask for anything else, and commands are answered in the order of the trace; else
/// each is answered when it is asked, and what the trace tells answers other questions too. The fault says what is
/// wrong with the file, or that nothing was said.
base::result<bottle> read_bottle(std::filesystem::path const& trace, bool strict);

}  // namespace mailrig::play
