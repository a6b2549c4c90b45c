// load_format: one way to write what a load run came to; each is a file in load/ that registers itself.
#pragma once

#include <ostream>

#include "base/registry.hpp"
#include "load/record.hpp"

namespace mailrig::report {

struct load_format {
  std::string_view name;
  std::string_view summary;
  void (*write)(load::load_record const&, std::ostream&);
};

}  // namespace mailrig::report
