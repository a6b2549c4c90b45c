// refusal: what a server's NO, or -ERR, says of itself: that it is not for this user or not for now (RFC 5530 §3),
// which is its good right, whatever was asked.
#pragma once

#include <string_view>

#include "base/result.hpp"

namespace mailrig::scenario {

/// As the fault of a command begins that was refused: "NO ...".
bool says_no(base::fault const& f);
/// A response code, without its brackets, that excuses any refusal: of RFC 5530, and NOTSAVED (RFC 5182 §2.5).
bool is_excuse(std::string_view code);
/// "...: NO [LIMIT] no keywords here".
bool was_declined(std::string_view words);
/// A line that has such a code, or one of POP3's for a while (RFC 2449 §8.1.2, RFC 3206 §4).
bool has_excuse(std::string_view line);
/// Of a login or an action: it speaks of now, not of ever; who comes too often or too early is not wronged.
bool is_for_now(std::string_view words);

}  // namespace mailrig::scenario
