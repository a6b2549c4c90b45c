// folder_tree: which mailboxes an account of a filled population has, and how many of its messages lie in each.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mailrig::load {

/// A folder as a profile says it, with folders below it that are all alike.
struct folder_branch {
  std::string name;   ///< "Archive/2024": "/" stands between levels
  double share = 1;   ///< weight of the mail in it and below it
  unsigned wide = 0;  ///< folders below each
  unsigned deep = 1;  ///< levels of them
};

struct planned_box {
  std::string name;  ///< with "/" between levels
  std::size_t messages = 0;
};

/// So many mailboxes a branch comes to: itself and all below.
std::size_t boxes_of(folder_branch const& b);

/// All mailboxes, each branch's own before those below it, parents before children. The shares are of `messages`, and
/// those of a branch are spread evenly over its mailboxes; the numbers add up to `messages`, rounding falls to those
/// that lose most by it, the first of equals. A name that comes twice is one mailbox.
std::vector<planned_box> planned_boxes(std::vector<folder_branch> const& branches, std::size_t messages);

}  // namespace mailrig::load
