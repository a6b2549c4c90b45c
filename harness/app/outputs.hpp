// outputs: the reports that a command line asks for, FORMAT:FILE each.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <iostream>
#include <ostream>
#include <string>
#include <vector>

#include "app/exit_code.hpp"
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

/// What was asked for could not be delivered (a report, a trace, a baseline): clean is inconclusive then.
inline int undelivered(int code) { return code == failure ? failure : inconclusive; }

/// Whether the file can be written, before anything is played for it; "-" can. Makes its folder. Said once of each that
/// is to be written: the same is not written twice, nor what the run reads.
base::result<void> can_be_written(std::string const& file);

/// "html:out.html" ...; Format is report::format or report::load_format. Each file can be written, now at least.
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
    if (auto const can = can_be_written(out.back().file); !can) return can.error();
  }
  return out;
}

/// Writes the file, whole or not at all, with what `fill` writes; complains and answers false when that cannot be done.
bool write_file(std::string const& file, std::function<void(std::ostream&)> const& fill);

/// Complains and answers true where the run came to read it after all: mail is read when a scenario wants it.
bool report_is_input(std::string const& file);

template <class Format, class What>
bool write(output<Format> const& o, What const& what) {
  return !report_is_input(o.file) && write_file(o.file, [&](std::ostream& out) { o.how->write(what, out); });
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

/// The end of a command: all of its reports, and its text. The exit code, which says too what could not be written.
template <class Format, class What>
int deliver(std::vector<output<Format>> const& outputs, What const& what, int code) {
  auto const reports = write(outputs, what);
  if (!reports.to_stdout) write_text<Format>(what);
  return reports.all ? code : undelivered(code);
}
/// The same where what passed is named too: a run of few parts, each long.
int deliver_with_passes(std::vector<output<report::format>> const& outputs, report::report_context const& context,
                        int code);

}  // namespace mailrig::app
