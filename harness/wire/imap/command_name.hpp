// command_name: the name of a command, as text that is compared with a literal in a few instructions.
// Whoever follows a conversation asks a hundred times a command what it is; std::string's own comparison with a literal
// is a call that measures the literal, and another one that compares.
#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace mailrig::wire::imap {

/// Case counts. The length is the compiler's to know, and with it the comparison is its own too.
template <std::size_t N>
constexpr bool equals(std::string_view text, char const (&literal)[N]) {
  return text.size() == N - 1 && __builtin_memcmp(text.data(), literal, N - 1) == 0;
}

class command_name : public std::string {
 public:
  using std::string::string;
  command_name() = default;
  command_name(std::string s) : std::string(std::move(s)) {}  // NOLINT(google-explicit-constructor): it is one
  template <std::size_t N>
  friend bool operator==(command_name const& n, char const (&literal)[N]) {
    return equals(std::string_view(n), literal);
  }
};

}  // namespace mailrig::wire::imap
