// outputs: see outputs.hpp.
#include "app/outputs.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>

namespace mailrig::app {

base::result<std::vector<output>> read_outputs(std::vector<std::string> const& specs) {
  std::vector<output> out;
  for (auto const& spec : specs) {
    auto const colon = spec.find(':');
    auto const* f = base::registry<report::format>::find(std::string_view(spec).substr(0, colon));
    if (!f || colon == spec.npos || colon + 1 == spec.size()) {
      std::string names;
      for (auto const* known : base::registry<report::format>::all())
        names += (names.empty() ? "" : ", ") + std::string(known->name);
      return base::fault{0, "--report", fmt::format("'{}' should be FORMAT:FILE with one of: {}", spec, names)};
    }
    out.push_back({f, spec.substr(colon + 1)});
  }
  return out;
}

bool write(output const& o, report::report_context const& c) {
  if (o.file == "-") {
    o.how->write(c, std::cout);
    return std::cout.good();
  }
  std::filesystem::path const file(o.file);
  std::error_code none;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), none);
  std::ofstream out(file, std::ios::binary);
  o.how->write(c, out);
  out.close();
  if (out.good()) return true;
  std::cerr << "mailrig: " << o.file << " cannot be written; is there space, and may you write there?\n";
  return false;
}

}  // namespace mailrig::app
