// matrix: several servers' runs side by side: RFC sections down, servers across, each cell open to what stands behind
// it.
#pragma once

#include <filesystem>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "history/requirement.hpp"

namespace mailrig::report {

/// A run as its JSON report tells it.
struct server_run {
  struct finding {
    std::string id, level, requirement, text, known;
  };
  struct scenario {
    std::string id, title, verdict, reason;
    std::vector<std::string> proves;
    std::vector<finding> findings;
    std::vector<std::string> transcript;
  };
  std::string name, version, command, started;
  std::string cut_short;                      ///< why the run ended before its end; empty: it did not
  std::vector<std::string> imap, pop3;        ///< capabilities
  std::map<std::string, std::string> traits;  ///< trait -> label; several labels joined by "/"
  std::vector<scenario> scenarios;

  std::size_t count(std::string_view verdict) const;
};

/// The fault says which file and what is wrong with it.
base::result<server_run> read_run(std::filesystem::path const& json);

/// `command` made the matrix and stands in it.
void write_markdown(std::vector<server_run> const& runs, history::catalogue const& requirements,
                    std::string const& command, std::ostream& out);
/// One page that opens without network; transcripts are cut to their last lines.
void write_matrix_html(std::vector<server_run> const& runs, history::catalogue const& requirements,
                       std::string const& command, std::ostream& out);

}  // namespace mailrig::report
