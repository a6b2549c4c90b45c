// memory_file: a file that has no name and lies in memory: what is handed to a process of ours and must not be left
// anywhere, whatever ends us.
#pragma once

#include <string_view>

#include "base/result.hpp"

namespace mailrig::base {

/// Gone when the last process that has it ends.
class memory_file {
 public:
  /// The fault says why there is none.
  static result<memory_file> with(std::string_view octets);
  memory_file(memory_file&& from) noexcept;
  memory_file& operator=(memory_file&&) = delete;
  ~memory_file();

  /// Ours; processes that we start do not have it, unless it is made their standard input. They read it from its
  /// beginning as /dev/stdin, however many they are.
  int descriptor() const { return descriptor_; }

 private:
  explicit memory_file(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace mailrig::base
