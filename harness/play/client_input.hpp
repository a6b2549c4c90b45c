// client_input: what a client says, cut into commands and lines: IMAP's with their literals, POP3's line by line.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "history/event.hpp"
#include "wire/imap/command.hpp"

namespace mailrig::play {

/// A command, or a line that is none.
struct client_unit {
  std::string octets;              ///< with its CRLF and literals
  std::string tag;                 ///< IMAP's; empty: a line
  std::string verb;                ///< upper case, without UID; empty: a line
  std::vector<std::string> words;  ///< UID, the verb, the arguments; of a line its words
};

/// Bounded: who says more than `most` in one command is over_full.
class client_input {
 public:
  explicit client_input(history::protocol p) : proto_(p) {}
  static constexpr std::size_t most = 32 << 20;

  void take(std::string_view octets) { in_ += octets; }
  /// The next that is whole; nothing: more must come.
  std::optional<client_unit> next();
  /// The next line, whatever it is: an answer to "+", the end of IDLE.
  std::optional<client_unit> next_line();
  /// A literal waits for the server's "+".
  bool waits_for_plus() const { return reader_.waiting(); }
  void plus_said() { reader_.continued(); }
  bool over_full() const { return in_.size() + begun_.size() > most; }

 private:
  history::protocol proto_;
  std::string in_, begun_;
  wire::imap::command_reader reader_;
};

}  // namespace mailrig::play
