// toml_folder: every TOML file of a folder, read one by one.
#pragma once

#include <algorithm>
#include <filesystem>
#include <vector>

#include "base/result.hpp"
#include "scenario/toml_table.hpp"

namespace mailrig::scenario {

/// Every *.toml of a folder, ordered by name, read one by one by `read`; the first fault ends it.
template <class Read>
auto read_toml_folder(std::filesystem::path const& folder, Read read)
    -> base::result<std::vector<typename decltype(read(folder))::value_type>> {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (auto const& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  if (error) return base::fault{0, folder.string(), error.message()};
  std::ranges::sort(files);
  std::vector<typename decltype(read(folder))::value_type> out;
  for (auto const& f : files) {
    auto one = read(f);
    if (!one) return one.error();
    out.push_back(std::move(*one));
  }
  return out;
}

}  // namespace mailrig::scenario
