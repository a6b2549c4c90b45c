// format: one way to write a run record; each is a file in format/ that registers itself.
#pragma once

#include <ostream>
#include <string_view>

#include "base/registry.hpp"
#include "history/requirement.hpp"
#include "history/run_record.hpp"

namespace mailrig::report {

struct report_context {
  history::run_record const& run;
  history::catalogue const& requirements;
};

struct format {
  std::string_view name;
  std::string_view summary;
  void (*write)(report_context const&, std::ostream&);
};

}  // namespace mailrig::report
