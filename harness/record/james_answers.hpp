// james_answers: an answer of James' scripts, which may be several lines with a literal, as a pattern.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "record/james_names.hpp"
#include "record/log_lines.hpp"

namespace mailrig::record {

/// What a session has said last and where it is.
struct james_session {
  std::string tag, verb;                ///< verb: in capitals
  bool inbox = false;                   ///< it has selected the INBOX, whose UIDs are not this scenario's first
  std::set<std::size_t> expunged = {};  ///< since the last command, by the numbers before it
  bool invited = false;                 ///< a "+" came: the next line goes on with the command
};

/// `first`: behind its "S: "; lines that belong to it are taken from `at` on. Empty: it says nothing that a server must
/// say, as text alone.
std::string answer_of(std::vector<log_line> const& lines, std::size_t& at, std::string_view first,
                      james_session& session, james_names const& names);

}  // namespace mailrig::record
