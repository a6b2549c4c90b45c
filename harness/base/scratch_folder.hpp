// scratch_folder: a folder that nobody else writes in, gone when its owner goes. Several mailrigs, and several tests of
// one, run side by side; a fixed name would be theirs too.
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace mailrig::base {

/// Owns a folder in the system's folder for temporary files (TMPDIR), readable by its owner only. One thread at a time.
class scratch_folder {
 public:
  /// A new, empty one whose name begins with `name`. Errors: none can be made there.
  static result<scratch_folder> make(std::string_view name);
  scratch_folder(scratch_folder&&) noexcept;
  scratch_folder& operator=(scratch_folder&&) noexcept;
  ~scratch_folder();  ///< Removes it with all that is in it.

  std::filesystem::path const& path() const { return path_; }

 private:
  explicit scratch_folder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;  ///< empty after a move
};

}  // namespace mailrig::base
