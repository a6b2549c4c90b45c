// came_patterns: what a server said, as patterns of a scenario: what another run may tell otherwise has a name or is
// "_".
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/conversation.hpp"
#include "record/trace_names.hpp"

namespace mailrig::record {

/// What the scenario calls what another server numbers otherwise.
struct came_words {
  std::function<std::string(std::uint64_t uid)> uid;                               ///< "$uid3"
  std::function<std::string(std::string const& mailbox, std::uint64_t)> validity;  ///< "$validity"
  std::function<bool(std::uint64_t number)> dated;  ///< the scenario gives the message its INTERNALDATE
  bool numbers_are_uids = false;                    ///< of SEARCH
};

/// Of an untagged response; nothing where it says only what every server says in its own way.
std::optional<std::string> came_pattern(wire::imap::response const& r, trace_names& names, came_words const& words);
/// Of a tagged response: its status, and a code that says what was done.
std::string came_status(wire::imap::response const& r);
/// Of POP3: the status, what STAT and LIST of one message told, and the lines of listings.
std::vector<std::string> came_lines(model::pop3_command const& c, wire::pop3::reply const& r);

}  // namespace mailrig::record
