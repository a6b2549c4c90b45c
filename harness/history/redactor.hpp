// redactor: takes credentials out of what a client sends, by where they stand, before anyone judges or stores it. A
// stand-in of one size takes their place, in literals too, whose counts follow: nothing shows how long they were.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "history/event.hpp"

namespace mailrig::history {

/// One for each session. Works across any split of the octets: it decides by the words of each line.
class redactor {
 public:
  explicit redactor(protocol proto) : proto_(proto) {}

  /// Octets as they may be stored; valid until the next call. What cannot be told yet comes with the next.
  std::string_view sent(std::string_view octets);
  /// Lets the redactor see where a SASL exchange ends, and that a literal is refused.
  void received(std::string_view octets);

 private:
  /// Where in a line the next octet stands.
  enum class place : std::uint8_t {
    between,    ///< before a word
    word,       ///< in one that is no secret
    plain,      ///< anywhere in a line without secrets
    secret,     ///< in one that is; its stand-in is written
    quoted,     ///< the same, between quotes
    backslash,  ///< the same, after one
    lone,       ///< after "*" or "=", which is no secret where it is alone
    brace,      ///< in what may be the header of a literal
  };
  bool harmless(std::string_view octets) const;
  bool next_is_secret() const;
  bool blank_ends() const;
  bool is_open() const { return literal_left_ > 0 && !literal_begun_; }
  std::size_t of_literal(std::string_view octets);
  std::size_t of_plain(std::string_view octets);
  void step(char c);
  void begin_secret(char c);
  void end_word();
  void end_line();
  void begin_literal(std::uint64_t count, bool secret);

  protocol proto_;
  std::string out_;
  std::string word_;        ///< the current one, upper case, or of a secret what is not written yet
  std::string tag_, verb_;  ///< of this line, upper case; the verb where secrets follow it
  std::string tail_;        ///< of a line without secrets, what may be the header of a literal
  std::size_t words_ = 0;   ///< of this line
  place at_ = place::between;
  bool sasl_ = false;  ///< lines are SASL responses until the server's status
  std::uint64_t literal_left_ = 0;
  bool secret_literal_ = false, literal_begun_ = false;
  std::size_t reply_column_ = 0;  ///< within the server's current line
  std::string reply_word_;        ///< its first word, upper case
};

}  // namespace mailrig::history
