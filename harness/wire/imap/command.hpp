// command: what a client sent, read just far enough to follow a conversation.
// Lenient on purpose: scripts send nonsense to servers, and traces hold what others sent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wire/imap/command_name.hpp"

namespace mailrig::wire::imap {

/// One argument of a command: a word, a string's value, or a parenthesised list as it stands.
struct argument {
  std::string text;
  bool string = false;  ///< came quoted or as a literal
};

struct command {
  std::string tag;
  command_name name;  ///< upper case, without "UID "
  bool uid = false;
  std::string octets;  ///< the whole command; literals above the reader's limit are left out
  std::vector<argument> arguments;

  std::string_view arg(std::size_t i) const { return i < arguments.size() ? std::string_view(arguments[i].text) : ""; }
};

command read_command(std::string_view octets);

/// Cuts a client's octets into commands; knows that a synchronising literal waits for the server.
class command_reader {
 public:
  /// The octets of larger literals are left out of octets().
  static constexpr std::size_t kept_literal = 65536;
  struct step {
    enum kind_t { incomplete, needs_continuation, whole } kind = incomplete;
    std::size_t consumed = 0;
  };
  /// Consumes octets up to the end of a command, or up to a point where the server must speak.
  step take(std::string_view octets);
  /// The command as read so far; valid after `whole`.
  std::string_view octets() const { return buffer_; }
  bool empty() const { return buffer_.empty(); }
  /// A "+" came: literal octets follow.
  void continued() { waiting_ = false; }
  bool waiting() const { return waiting_; }
  void reset();

 private:
  std::string buffer_;
  std::size_t line_begin_ = 0;
  std::uint64_t literal_left_ = 0;
  std::uint64_t literal_size_ = 0;
  bool waiting_ = false;
};

/// Behind the parenthesised list that opens at `at`; strings in it may hold parentheses. The size: it is not closed.
std::size_t list_end(std::string_view s, std::size_t at);

}  // namespace mailrig::wire::imap
