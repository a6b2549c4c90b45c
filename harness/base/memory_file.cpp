// memory_file: see memory_file.hpp.
#include "base/memory_file.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace mailrig::base {

result<memory_file> memory_file::with(std::string_view octets) {
  memory_file out(memfd_create("mailrig", MFD_CLOEXEC));
  while (out.descriptor_ >= 0 && !octets.empty()) {
    auto const n = ::write(out.descriptor_, octets.data(), octets.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    octets.remove_prefix(std::size_t(n));
  }
  if (out.descriptor_ < 0 || !octets.empty())
    return fault{0, "memory", fmt::format("no file in memory: {}", std::strerror(errno))};
  return out;
}

memory_file::memory_file(memory_file&& from) noexcept : descriptor_(std::exchange(from.descriptor_, -1)) {}

memory_file::~memory_file() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace mailrig::base
