// node_match: whether a value of a response, or a word of a reply, is what a pattern's node asks for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenario/near_miss.hpp"
#include "scenario/pattern_node.hpp"
#include "scenario/values.hpp"
#include "wire/imap/tree.hpp"

namespace mailrig::scenario {

/// Text as it was said, `nil` where it was NIL; a name that is not bound yet is bound to it.
bool match_text(pattern_node const& n, std::string const& text, bool nil, values& v);
bool match_value(pattern_node const& n, wire::imap::value v, values& names);
/// The nodes from `from` on, in order, up to the last value.
bool match_sequence(std::vector<pattern_node> const& wanted, std::size_t from, wire::imap::value v, values& names,
                    near_miss& m);
/// Each wanted element is there; with `exact`, nothing else is, except \Recent and what "..." allows. `where`: of what
/// the set is, for people.
bool match_set(std::vector<pattern_node> const& wanted, wire::imap::value v, values& names, bool exact,
               std::string_view where, near_miss& m);
/// Pairs by name, in any order; pairs that are not named are allowed.
bool match_pairs(std::vector<pattern_node> const& wanted, std::size_t from, wire::imap::value first, values& names,
                 near_miss& m);
/// A word of POP3, in which "mail[1].size" is any message's that may be number 1 (see values::in_maildrop).
bool match_in_maildrop(pattern_node const& n, std::string const& text, values& v);

/// What came, short enough for a sentence.
std::string brief(wire::imap::value v);
/// What a node asks for, with the names that are known put in.
std::string brief(pattern_node const& n, values const& names);
/// The same of a maildrop, where only the answers show which message a number means.
std::string brief_in_maildrop(pattern_node const& n, values const& names);

}  // namespace mailrig::scenario
