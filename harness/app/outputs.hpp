// outputs: the reports that a command line asks for, FORMAT:FILE each.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <iostream>
#include <ostream>
#include <string>
#include <vector>

#include "base/registry.hpp"
#include "base/result.hpp"
#include "report/format.hpp"
#include "report/load_format.hpp"

namespace mailrig::app {

template <class Format>
struct output {
  Format const* how;
  std::string file;  ///< "-": standard output
};

/// "html:out.html" ...; Format is report::format or report::load_format.
template <class Format>
base::result<std::vector<output<Format>>> read_outputs(std::vector<std::string> const& specs) {
  std::vector<output<Format>> out;
  for (auto const& spec : specs) {
    auto const colon = spec.find(':');
    auto const* f = base::registry<Format>::find(std::string_view(spec).substr(0, colon));
    if (!f || colon == spec.npos || colon + 1 == spec.size()) {
      std::string names;
      for (auto const* known : base::registry<Format>::all())
        names += (names.empty() ? "" : ", ") + std::string(known->name);
      return base::fault{0, "--report", fmt::format("'{}' should be FORMAT:FILE with one of: {}", spec, names)};
    }
    out.push_back({f, spec.substr(colon + 1)});
  }
  return out;
}

/// Opens the file, its folder too, and lets `fill` write; complains and answers false when that cannot be done.
bool write_file(std::string const& file, std::function<void(std::ostream&)> const& fill);

template <class Format, class What>
bool write(output<Format> const& o, What const& what) {
  return write_file(o.file, [&](std::ostream& out) { o.how->write(what, out); });
}

/// All of them; complains of each that cannot be written.
struct written {
  bool all = true;
  bool to_stdout = false;  ///< one of them went there
};
template <class Format, class What>
written write(std::vector<output<Format>> const& outputs, What const& what) {
  written out;
  for (auto const& o : outputs) {
    out.to_stdout = out.to_stdout || o.file == "-";
    out.all = write(o, what) && out.all;
  }
  return out;
}

/// What a person reads where no report went to standard output.
template <class Format, class What>
void write_text(What const& what) {
  base::registry<Format>::find("text")->write(what, std::cout);
}

}  // namespace mailrig::app
