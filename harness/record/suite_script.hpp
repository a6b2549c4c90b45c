// suite_script: a scenario as it is written from another suite's script, line by line, with what could not be carried
// over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/importer.hpp"

namespace mailrig::record {

class suite_script {
 public:
  /// Header lines "key value"; an empty value writes none.
  void header(std::string_view key, std::string_view value);
  void sends(std::string_view session, std::string_view line);
  /// An action: "name: drop".
  void does(std::string_view session, std::string_view action);
  /// A pattern, where it can be read as one; else a comment, and a remark with `from`, the script's own line.
  void expects(std::string_view session, std::string_view pattern, std::size_t line, std::string_view from);
  void comment(std::string_view text);
  void blank();
  void remark(std::size_t line, std::string_view text);

  /// Reads what was written as a scenario: lines that it cannot be with become comments and remarks. What the commands
  /// ask of a server beyond the protocol is its "needs", where the script says none.
  base::result<rewritten> finish(std::filesystem::path const& file) const;

 private:
  std::vector<std::string> lines_;
  std::vector<std::string> remarks_;
};

}  // namespace mailrig::record
