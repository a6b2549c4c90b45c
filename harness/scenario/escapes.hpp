// escapes: octets as a script writes them in quotes: \r \n \t \0 \xNN, and a backslash before what stands for itself.
#pragma once

#include <string>
#include <string_view>

namespace mailrig::scenario {

/// Octets as they stand in quotes, so that unescaped() makes them again and no name or brace in them means anything.
std::string escaped(std::string_view octets);
/// The octets that are meant.
std::string unescaped(std::string_view text);
/// From the first "\x" on that no two hexadecimal digits follow; empty: there is none.
std::string_view bad_escape(std::string_view text);

}  // namespace mailrig::scenario
