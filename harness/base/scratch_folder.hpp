// scratch_folder: a folder that nobody else writes in, gone when its owner goes. Several mailrigs, and several tests of
// one, run side by side; a fixed name would be theirs too. What an owner that was killed left is swept by the next.
#pragma once

#include <sys/types.h>

#include <filesystem>

#include "base/result.hpp"

namespace mailrig::base {

/// Owns a folder in the system's folder for temporary files (TMPDIR), readable by its owner only. While it lives, its
/// file ".owner" is locked; the system unlocks it when the process ends, however it ends. One thread at a time.
class scratch_folder {
 public:
  /// A new, empty one whose name begins with `name`. Errors: none can be made there.
  static result<scratch_folder> make(std::string_view name);
  scratch_folder(scratch_folder&&) noexcept;
  scratch_folder& operator=(scratch_folder&&) noexcept;
  ~scratch_folder();  ///< Removes it with all that is in it.

  std::filesystem::path const& path() const { return path_; }
  /// A session of processes works in it: ended with the folder when it is swept.
  void note_session(pid_t session) const;

 private:
  scratch_folder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::filesystem::path path_;  ///< empty after a move
  int lock_ = -1;               ///< of its .owner
};

/// Removes the folders that processes of ours left which are no more, and ends the servers that still work in them. A
/// folder is ours when it has this user's .owner as we write it, and abandoned when nobody holds that one's lock; never
/// by its name alone. How many there were.
std::size_t sweep_scratch_folders();

}  // namespace mailrig::base
