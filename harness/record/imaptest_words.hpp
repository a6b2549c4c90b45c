// imaptest_words: the variables and directives of ImapTest's scripts written as those of our language: "$1" is "@1",
// "$mailbox" is "$box", "$$keyword" a keyword, "$!unordered" is "...".
#pragma once

#include <string>
#include <string_view>

namespace mailrig::record {

struct translated_words {
  std::string text;
  std::string lost;  ///< what has no match in the language, the last of it; empty: nothing
};

/// Of a line that is sent, or of a `pattern` that an answer is held against.
translated_words in_our_words(std::string_view text, bool pattern);

}  // namespace mailrig::record
