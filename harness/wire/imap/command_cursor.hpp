// command_cursor: reads one command of a client strictly, production by production (RFC 3501 §9). The counterpart of
// cursor, which reads what servers send: literals may be announced so that nobody waits for them, and no tree is built.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "wire/imap/octet_class.hpp"

namespace mailrig::wire::imap {

/// Every function consumes its production and answers true, or notes the first fault and answers false.
class command_cursor {
 public:
  /// `utf8`: RFC 6855 or IMAP4rev2 is enabled, so that quoted strings may be UTF-8.
  command_cursor(std::string_view command, bool utf8) : text_(command), utf8_(utf8) {}

  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool looking_at(std::string_view text) const;  ///< without regard to case
  bool at_end() const { return peek() == '\r' || peek() == '\n' || at_ == text_.size(); }
  std::size_t offset() const { return at_; }
  std::string_view since(std::size_t from) const { return text_.substr(from, at_ - from); }

  bool fail(std::string_view production, std::string_view what);
  std::optional<base::fault> const& fault() const { return fault_; }

  bool skip(char c, std::string_view production);
  bool sp(std::string_view production) { return skip(' ', production); }
  /// The word, without regard to case.
  bool keyword(std::string_view word, std::string_view production);
  /// CRLF, and nothing behind it.
  bool end();

  bool tag();
  bool atom(std::string_view production = "atom");
  bool number(std::string_view production = "number");
  bool nz_number(std::string_view production = "nz-number");
  bool string(std::string_view production = "string");
  bool astring(std::string_view production = "astring");
  bool nstring(std::string_view production = "nstring");
  bool mailbox() { return astring("mailbox"); }
  bool list_mailbox();
  bool literal(std::string_view production = "literal");
  bool flag();
  bool sequence_set(std::string_view production = "sequence-set");
  /// A word, a string or a list of them, nested: what extensions add.
  bool any(std::string_view production = "tagged-ext-val", int depth = 0);
  /// *(SP any)
  bool rest();

  /// How deep the production that is read stands in others of its kind; for those that may hold themselves.
  int depth = 0;
  static constexpr int most_nesting = 100;

  /// "(" [item *(SP item)] ")"
  template <class Item>
  bool list(std::string_view production, Item item, std::size_t least = 0) {
    if (!skip('(', production)) return false;
    std::size_t count = 0;
    while (peek() != ')') {
      if (count > 0 && !sp(production)) return false;
      if (!item()) return false;
      ++count;
    }
    if (count < least) return fail(production, "the list is empty");
    return skip(')', production);
  }

 private:
  bool one_or_more(octet_bit bit, std::string_view production, std::string_view what);
  bool quoted(std::string_view production);
  bool seq_number(std::string_view production);

  std::string_view text_;
  std::size_t at_ = 0;
  bool utf8_;
  std::optional<base::fault> fault_;
};

}  // namespace mailrig::wire::imap
