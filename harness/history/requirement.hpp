// requirement: a row of the catalogue scenarios/requirements.tsv.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "history/verdict.hpp"

namespace mailrig::history {

struct requirement {
  std::string id, rfc, section, keyword, subject, testable, needs, summary, how;
  level weight = level::must;
};

/// The whole catalogue. Immutable after reading; any thread.
class catalogue {
 public:
  static base::result<catalogue> read(std::filesystem::path const& tsv);
  static base::result<catalogue> parse(std::string_view tsv);

  requirement const* find(std::string_view id) const;
  /// The row's level; an id that has no row is a MUST.
  level level_of(std::string_view id) const;
  std::vector<requirement> const& rows() const { return rows_; }

 private:
  std::vector<requirement> rows_;
  std::map<std::string, std::size_t, std::less<>> by_id_;
};

/// "RFC3501-7.4.1-05" -> "RFC 3501 §7.4.1".
std::string citation(std::string_view requirement_id);

}  // namespace mailrig::history
