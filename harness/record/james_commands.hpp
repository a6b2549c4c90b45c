// james_commands: the commands of James' scripts, whole: with the literals that their next lines hold.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/log_lines.hpp"

namespace mailrig::record {

struct james_command {
  std::string text;      ///< with the octets of its literals, behind "{n}" and CRLF
  std::string short_of;  ///< that a literal has fewer octets than it announces, in words
};

/// `first`: behind its "C: ". Lines that belong to it are taken from `at` on.
james_command whole_command(std::vector<log_line> const& lines, std::size_t& at, std::string_view first);

/// What the grammar wants of a command whose answer is meant to be OK: one blank where there are several outside
/// quotes, none at the ends of lists and of the line, "(ALL)" without its list. Nothing where it stays no command.
std::optional<std::string> mended(std::string_view command);
/// It asks only: what comes after it does not depend on it.
bool only_asks(std::string_view verb);

/// The account that James' tests make is the target's here.
std::string with_account(std::string_view line);

}  // namespace mailrig::record
