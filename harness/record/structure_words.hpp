// structure_words: MIME's words in a pattern of a message's structure, which compare without regard to case.
#pragma once

#include <string>
#include <string_view>

namespace mailrig::record {

/// Of BODY and BODYSTRUCTURE in a pattern of FETCH: strings that are words lose their quotes, for types, parameters and
/// encodings are the same in any letters (a string in quotes compares exactly).
std::string with_loose_structures(std::string_view pattern);
/// The same without parameters where there are several, which stand in the order that a server likes.
std::string without_parameter_order(std::string_view pattern);
/// All such strings of a pattern.
std::string with_bare_words(std::string_view pattern);

}  // namespace mailrig::record
