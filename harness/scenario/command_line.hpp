// command_line: how a line that a client sends is taken apart where its tag may be left out: "FETCH 1 FLAGS" as well as
// "a1 FETCH 1 FLAGS".
#pragma once

#include <string_view>

namespace mailrig::scenario {

struct command_line {
  std::string_view tag;   ///< empty: it has none
  std::string_view name;  ///< as it stands there, without "UID"
};

/// The first word is a tag when it is no command and the second is one: so "NOTIFY STATUS" has no tag, and "x STATUS"
/// has one. Views into the line.
command_line read_command_line(std::string_view line);

}  // namespace mailrig::scenario
