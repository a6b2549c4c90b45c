// data_folder: finds scenarios/, fixtures/ and reports/, and complains in one form.
#include <cstdlib>
#include <iostream>

#include "app/commands.hpp"
#include "app/exit_code.hpp"

namespace mailrig::app {

std::filesystem::path data_folder() {
  namespace fs = std::filesystem;
  if (auto const* set = std::getenv("MAILRIG_DATA")) return set;
  std::error_code none;
  auto const program = fs::read_symlink("/proc/self/exe", none);
  for (auto const& beside : {program.parent_path() / "../share/mailrig", program.parent_path() / ".."})
    if (fs::exists(beside / "scenarios" / "requirements.tsv", none)) return fs::weakly_canonical(beside, none);
  return MAILRIG_SOURCE_DIR;
}

int complain(std::string const& text) {
  std::cerr << "mailrig: " << text << '\n';
  return usage;
}

}  // namespace mailrig::app
