// lasting_flags: which flags PERMANENTFLAGS keeps: of a change of others a server may take no notice (RFC 3501 §7.1).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/pattern.hpp"
#include "scenario/script.hpp"

namespace mailrig::scenario {

/// PERMANENTFLAGS among the answers of SELECT, in lower case; nothing where the code did not come.
std::optional<std::set<std::string>> permanent_flags(std::vector<arrival_ptr> const& selected);
/// PERMANENTFLAGS among the answers of SELECT names the flag, or "\*"; nothing where the code did not come.
std::optional<bool> permanent(std::vector<arrival_ptr> const& selected, std::string_view flag);
/// A system flag that the script would set, or its mail should have, and that does not last; nothing where the script
/// asks for PERMANENTFLAGS itself.
std::optional<std::string> flag_that_does_not_last(script const& s, std::vector<arrival_ptr> const& selected);

}  // namespace mailrig::scenario
