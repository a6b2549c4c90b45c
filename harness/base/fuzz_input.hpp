// fuzz_input: what a fuzzer made, as text and as a file, for readers that take a file.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "base/must.hpp"
#include "base/scratch_folder.hpp"

namespace mailrig::base {

inline std::string_view fuzz_text(std::uint8_t const* data, std::size_t size) {
  return {reinterpret_cast<char const*>(data), size};
}

/// One file of the process, written anew for each input.
class fuzz_file {
 public:
  explicit fuzz_file(std::string_view name) : path_(folder_.path() / name) {}
  std::filesystem::path const& with(std::uint8_t const* data, std::size_t size) {
    std::ofstream out(path_, std::ios::binary | std::ios::trunc);
    out << fuzz_text(data, size);
    return path_;
  }

 private:
  scratch_folder folder_ = make();
  std::filesystem::path path_;
  static scratch_folder make() {
    auto made = scratch_folder::make("mailrig-fuzz");
    MAILRIG_MUST(made);
    return std::move(*made);
  }
};

}  // namespace mailrig::base
