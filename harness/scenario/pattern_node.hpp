// pattern_node: one word, string or list of a pattern, and how it is read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace mailrig::scenario {

struct pattern_node {
  enum class kind {
    list,      ///< ( ... )
    word,      ///< compared as an atom is; may hold names
    quoted,    ///< "...": compared as a string is
    octets,    ///< the same with \xNN in it: compared octet by octet, and no name is put in
    anything,  ///< _
    rest,      ///< ...: whatever follows
    variable,  ///< $name
    slot       ///< @3: the message that was number 3 when the command began
  } what = kind::word;
  std::string text = {};
  std::vector<pattern_node> children = {};
};

/// All nodes of a pattern's text.
base::result<std::vector<pattern_node>> read_pattern_nodes(std::string_view text);
/// Words between blanks, in which brackets and quotes mean nothing: a line of POP3.
std::vector<pattern_node> read_pattern_words(std::string_view text);
/// "[CODE args]" at the front of `text` goes into `code`; what remains. `offset`: of `text` in the whole, for faults.
base::result<std::string_view> read_pattern_code(std::string_view text, std::size_t offset,
                                                 std::vector<pattern_node>& code);

}  // namespace mailrig::scenario
