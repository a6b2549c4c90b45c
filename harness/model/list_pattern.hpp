// list_pattern: LIST's wildcards (RFC 3501 §6.3.8): "*" stands for any run of characters, "%" for one without the
// hierarchy delimiter.
#pragma once

#include <optional>
#include <string_view>

#include "wire/imap/command.hpp"

namespace mailrig::model {

/// Whether a mailbox name matches; INBOX in any case. `delimiter` nothing: the hierarchy is flat. Time: the product of
/// the lengths.
bool matches(std::string_view pattern, std::string_view name, std::optional<char> delimiter);

/// Several patterns in parentheses (RFC 5258 §6: patterns), where RFC 3501 has one.
bool is_pattern_list(wire::imap::argument const& name);

}  // namespace mailrig::model
