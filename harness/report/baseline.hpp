// baseline: failures that are known, one a line: a finding's id (globs allowed) and the reason why it is known.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "history/run_record.hpp"

namespace mailrig::report {

class baseline {
 public:
  static base::result<baseline> read(std::filesystem::path const& file);
  static base::result<baseline> parse(std::string_view text, std::string const& name);

  /// Marks what is known in the record, and lists lines that matched nothing although their scenario ran.
  void apply(history::run_record& run) const;
  bool empty() const { return lines_.empty(); }

 private:
  struct entry {
    std::string pattern, reason;
  };
  std::vector<entry> lines_;
};

}  // namespace mailrig::report
