// linux_proc_file: reads a file of /proc, which has no size before it is read.
#pragma once

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "base/text.hpp"

namespace mailrig::load {

/// Empty where it cannot be read.
inline std::string proc_file(std::filesystem::path const& file) {
  std::ifstream in(file);
  std::ostringstream all;
  all << in.rdbuf();
  return all.str();
}

/// 0 where it is none.
inline double proc_number(std::string_view text) {
  double v = 0;
  std::from_chars(text.data(), text.data() + text.size(), v);
  return v;
}

}  // namespace mailrig::load
