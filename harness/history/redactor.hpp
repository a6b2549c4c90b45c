// redactor: blots credentials out of what a client sends, octet for octet, before anyone stores it.
// The length of what is blotted out stays, and literal counts stay, so that a trace can be judged again.
#pragma once

#include <string>
#include <string_view>

#include "history/event.hpp"

namespace mailrig::history {

/// One for each session. Works across any split of the octets: it decides by the start of each line.
class redactor {
 public:
  explicit redactor(protocol proto) : proto_(proto) {}

  /// Octets as they may be stored; valid until the next call.
  std::string_view sent(std::string_view octets);
  /// Lets the redactor see where a SASL exchange ends.
  void received(std::string_view octets);

 private:
  static constexpr std::size_t longest_verb = 64;  ///< a tag and a verb
  bool secret_from_here() const;
  bool names_secret() const;
  bool harmless(std::string_view octets) const;
  void end_line();
  char blot(char c);

  protocol proto_;
  std::string head_;  ///< start of the current line, upper case
  std::string out_;
  bool secret_ = false;           ///< the rest of this line is secret
  bool plain_ = false;            ///< the rest of this line is none
  bool sasl_ = false;             ///< lines are SASL responses until the server's status
  bool literal_ = false;          ///< the secret goes on after {n}
  bool brace_ = false;            ///< inside a literal count
  std::size_t reply_column_ = 0;  ///< within the server's current line
};

}  // namespace mailrig::history
