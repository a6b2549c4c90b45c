// imap_lines: what a line of IMAP tells by itself: a literal that follows, brackets left open, what it can go on with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "record/spoken.hpp"

namespace mailrig::record {

/// A literal that a line announces; `waits`: the server must say "+" first.
struct announced {
  std::uint64_t count = 0;
  bool waits = true;
};
/// Nothing where the line announces none, or one above 64 MiB. `first`: the line begins a response.
std::optional<announced> literal_of(std::string_view line, side who, bool first);

/// How many parentheses stand open, and whether a quoted string does.
struct balance {
  int open = 0;
  bool quoted = false;
};
balance balance_of(std::string_view text);

/// "* OK ...", "a1 NO ...", "+ ...": what ends in text for people.
bool is_condition(std::string_view text);
/// Whether a line can go on where a literal of that side has ended.
bool is_tail(std::string_view line, side who);
/// Whether a list, a string or a code in it has no end.
bool is_open(std::string_view line);
/// Whether it would be whole with more behind it; of text for people nobody knows that.
bool ends_early(std::string const& response);
/// Whether a person wrote that something is left out of it: "...", "[snip]".
bool is_elided(std::string_view line);
/// The same of a command, whose strings may have dots of their own.
bool ends_elided(std::string_view command);
/// Whether it can be read as a response, without the CRLF at its end.
bool is_whole(std::string const& response);

}  // namespace mailrig::record
