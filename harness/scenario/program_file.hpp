// program_file: what the descriptions of servers and of clients have alike: which program it is, how it comes here,
// what is known of it.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "scenario/toml_table.hpp"

namespace mailrig::scenario {

struct program_file {
  std::string name, summary;
  std::string needs;               ///< the program that must be there; empty: none
  std::string install;             ///< the command that installs it
  std::string version;             ///< a command that prints it
  std::filesystem::path baseline;  ///< its known failures

  bool installed() const;
  /// Complete where it is not: which program is missing, and what to do.
  base::result<void> may_run(std::string_view asked_as) const;
  /// `option`: what calls it by its name.
  void read_program(toml_table& t, std::filesystem::path const& file, std::string_view option);
};

}  // namespace mailrig::scenario
