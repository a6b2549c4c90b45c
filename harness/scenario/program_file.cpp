// program_file: see program_file.hpp.
#include "scenario/program_file.hpp"

#include <fmt/format.h>

namespace mailrig::scenario {

bool program_file::installed() const {
  std::error_code none;
  return needs.empty() || std::filesystem::exists(needs, none);
}

base::result<void> program_file::may_run(std::string_view asked_as) const {
  if (installed()) return {};
  return base::fault{0, std::string(asked_as), fmt::format("{} is not installed; try: {}", needs, install)};
}

void program_file::read_program(toml_table& t, std::filesystem::path const& file, std::string_view option) {
  name = t.text("name", fmt::format("as {} calls it", option), file.stem().string());
  summary = t.text("summary", "one line", "");
  needs = t.text("needs", "the program that must be there", "");
  install = t.text("install", "the command that installs it", "");
  version = t.text("version", "a command that prints it", "");
  baseline = t.path("baseline", "its known failures");
}

}  // namespace mailrig::scenario
