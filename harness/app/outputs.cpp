// outputs: see outputs.hpp.
#include "app/outputs.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>

namespace mailrig::app {

bool write_file(std::string const& name, std::function<void(std::ostream&)> const& fill) {
  if (name == "-") {
    fill(std::cout);
    return std::cout.good();
  }
  std::filesystem::path const file(name);
  std::error_code none;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), none);
  std::ofstream out(file, std::ios::binary);
  fill(out);
  out.close();
  if (out.good()) return true;
  std::cerr << "mailrig: " << name << " cannot be written; is there space, and may you write there?\n";
  return false;
}

}  // namespace mailrig::app
