// quoted: a text in double quotes, as IMAP's quoted strings have it: a backslash before '"' and '\'.
#pragma once

#include <string>
#include <string_view>

namespace mailrig::base {

/// What ends a line cannot stand in it: the caller's to see to.
std::string quoted(std::string_view text);

}  // namespace mailrig::base
