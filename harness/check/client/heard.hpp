// heard: what a client must have heard when it sent a command. A client that waits for each answer has heard all that
// came before. One that has sent commands without waiting may send the next just as an answer comes, so that the two
// cross: of it only what came before its last wait is held.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "check/checker.hpp"

namespace mailrig::check {

/// How many messages an IMAP client may believe to be in the selected mailbox. One for each session.
class believed_size {
 public:
  /// Every item, before the models take it in.
  void see(item const& i) {
    if (i.kind == item_kind::response) grow(i.imap->view.size());
    if (i.kind != item_kind::command) return;
    auto const now = i.imap->view.size();
    bool const alone = i.imap->in_progress.size() < 2;
    pipelines_ = pipelines_ || !alone;
    if (!pipelines_) most_ = now;
    if (pipelines_ && alone) most_ = std::exchange(since_wait_, now);
    grow(now);
  }
  /// The greatest that it can take for true when the command that see() was told of last was sent.
  std::size_t most() const { return most_; }

 private:
  void grow(std::size_t size) {
    most_ = std::max(most_, size);
    since_wait_ = std::max(since_wait_, size);
  }
  std::size_t most_ = 0;        ///< since the wait before the last
  std::size_t since_wait_ = 0;  ///< since the last
  bool pipelines_ = false;
};

}  // namespace mailrig::check
