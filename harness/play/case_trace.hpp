// case_trace: what was said in a case, read from the traces that its recording left: judged, and kept for people.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "history/requirement.hpp"
#include "history/run_record.hpp"

namespace mailrig::play {

struct case_trace {
  std::vector<std::string> sessions;  ///< names, by number
  std::vector<history::finding> findings;
  std::vector<history::transcript_line> transcript;
  std::size_t logins = 0;  ///< in which a password was given, encrypted or not
  std::size_t clear = 0;   ///< of those: outside TLS, in words that whoever listens can read

  /// Of every trace in the folder. The fault says which of them cannot be read.
  static base::result<case_trace> read(std::filesystem::path const& folder, history::catalogue const& requirements);
};

}  // namespace mailrig::play
