// shell_word: text as one word of a command line that a person pastes into a shell.
#pragma once

#include <string>
#include <string_view>

namespace mailrig::base {

/// As it is where nothing in it is special to a POSIX shell, else in single quotes.
std::string shell_word(std::string_view text);

}  // namespace mailrig::base
