// importer: see importer.hpp.
#include "record/importer.hpp"

#include <fmt/format.h>

namespace mailrig::record {

std::string at_line(std::filesystem::path const& file, std::size_t line) {
  return line == 0 ? file.string() : fmt::format("{}:{}", file.string(), line);
}

importer const* recognise(log_file const& file) {
  importer const* best = nullptr;
  int most = 0;
  for (auto const* kind : base::registry<importer>::all())
    if (auto const fit = kind->fits(file); fit > most) {
      most = fit;
      best = kind;
    }
  return best;
}

}  // namespace mailrig::record
