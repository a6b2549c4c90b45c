// pasted_log: a log of a conversation that stands where a scenario should: told apart from one, and written as the
// scenario that whoever pasted it has in mind.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mailrig::scenario {

struct pasted_log {
  std::string style;     ///< what it looks like: "openssl s_client", "lines that begin with C: and S:"
  std::size_t line = 1;  ///< the first line of the conversation
  bool imap = true;      ///< else POP3
  std::string scenario;  ///< to be read and mended; what the language has no words for stands in it as comments
};

/// Nothing where the text is no log.
std::optional<pasted_log> read_log(std::string_view text);
/// What to tell whoever wanted it played.
std::string advice(pasted_log const& log);

}  // namespace mailrig::scenario
