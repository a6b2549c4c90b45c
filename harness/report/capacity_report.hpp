// capacity_report: ways to write what a search for capacity came to.
#pragma once

#include <ostream>

#include "base/registry.hpp"
#include "load/capacity.hpp"

namespace mailrig::report {

struct capacity_context {
  load::capacity_result const& result;
  std::string profile, title, target, target_version, command, started, unit;
};

struct capacity_format {
  std::string_view name;
  std::string_view summary;
  void (*write)(capacity_context const&, std::ostream&);
};

}  // namespace mailrig::report
