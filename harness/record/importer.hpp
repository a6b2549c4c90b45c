// importer: a kind of log or test script that can be read; one a file, which registers itself.
#pragma once

#include "base/registry.hpp"
#include "base/result.hpp"
#include "record/spoken.hpp"

namespace mailrig::record {

/// A script of somebody else's suite, written in the scenario language.
struct rewritten {
  std::string name;  ///< of the file to write, without its ending
  std::string text;
  std::vector<std::string> notes;  ///< what could not be carried over, a sentence each
};

/// Faults say file and line in `rule`, and in `text` what is wrong and how to mend it.
struct importer {
  std::string_view name;
  std::string_view summary;
  /// How well a file fits, 0 (not at all) to 100; pure.
  int (*fits)(log_file const& file);
  /// All files of this kind that were named, since one connection may have several.
  base::result<std::vector<dialogue>> (*read)(std::vector<log_file> const& files);
  /// Of suites instead of `read`: a script becomes a scenario.
  base::result<rewritten> (*rewrite)(log_file const& file) = nullptr;
};

/// "FILE:LINE" as faults have it.
std::string at_line(std::filesystem::path const& file, std::size_t line);

/// What a file is; null where nothing fits.
importer const* recognise(log_file const& file);

}  // namespace mailrig::record
