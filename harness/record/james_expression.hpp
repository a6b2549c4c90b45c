// james_expression: a regular expression of an answer, as James' scripts write them, in the scenario language's
// patterns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mailrig::record {

/// The patterns that an expression stands for: one, or as many as it has alternatives ("A|B"; eight at most). What it
/// spells out stays; a word or a string that it leaves open becomes "_", a list or the rest of a line "..."; what may
/// be missing ("( x)?") is left out. Letters that a slip of the pen has escaped ("\\\Seen") are letters.
std::vector<std::string> patterns_of(std::string_view expression);

/// Whether a string in quotes that it begins does not end in it.
bool ends_within_quotes(std::string_view expression);

}  // namespace mailrig::record
