// scratch_folder: see the header.
#include "base/scratch_folder.hpp"

#include <stdlib.h>

#include <utility>

namespace mailrig::base {

result<scratch_folder> scratch_folder::make(std::string_view name) {
  std::error_code no;
  auto const parent = std::filesystem::temp_directory_path(no);
  auto pattern = (parent / (std::string(name) + "-XXXXXX")).string();
  if (no || !mkdtemp(pattern.data()))
    return fault{0, std::string(name), "no folder can be made in " + (no ? "TMPDIR" : parent.string())};
  return scratch_folder(pattern);
}

scratch_folder::scratch_folder(scratch_folder&& from) noexcept : path_(std::exchange(from.path_, {})) {}

scratch_folder& scratch_folder::operator=(scratch_folder&& from) noexcept {
  std::swap(path_, from.path_);
  return *this;
}

scratch_folder::~scratch_folder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace mailrig::base
