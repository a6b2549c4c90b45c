// cursor: reads one response strictly, production by production, and writes what it reads to a tree.
// Every function consumes its production and answers true, or notes the first fault and answers false.
#pragma once

#include <cstdint>
#include <string_view>

#include "wire/imap/octet_class.hpp"
#include "wire/imap/tree.hpp"

namespace mailrig::wire::imap {

struct syntax {
  bool utf8 = false;          ///< RFC 6855 / RFC 9051: UTF-8 in quoted strings, after ENABLE
  bool utf8_text = false;     ///< RFC 5255 §3.3, RFC 9051: UTF-8 in human-readable text, after LANGUAGE or ENABLE
  bool rev2 = false;          ///< RFC 9051 §9: human-readable text may be empty
  std::size_t nesting = 100;  ///< parentheses
};

class cursor {
 public:
  cursor(std::string_view octets, tree& out, syntax s)
      : begin_(octets.data()), at_(begin_), end_(begin_ + octets.size()), out_(out), syntax_(s) {}

  std::uint32_t offset() const { return std::uint32_t(at_ - begin_); }
  std::size_t left() const { return std::size_t(end_ - at_); }
  char peek(std::size_t ahead = 0) const { return left() > ahead ? at_[ahead] : '\0'; }
  bool looking_at(std::string_view text) const;  ///< case-insensitive
  tree& out() { return out_; }
  syntax const& allowed() const { return syntax_; }

  /// Notes the fault at the current octet, unless one was noted before. Always false.
  bool fail(char const* production, char const* what);
  /// The same, where the octets may be right and are more than we read.
  bool give_up(char const* production, char const* what);
  bool failed() const { return production_ != nullptr; }
  char const* fault_production() const { return production_; }
  char const* fault_text() const { return what_; }
  bool fault_is_ours() const { return ours_; }
  std::uint32_t fault_offset() const { return fault_at_; }
  /// Takes back the fault and the octets read since `offset`: for the few places where the grammar needs a second try.
  void retry(std::uint32_t offset, std::size_t nodes);

  bool skip(char c, char const* production);
  bool sp(char const* production) { return skip(' ', production); }
  bool crlf(char const* production);
  /// The word up to the next octet that is no ATOM-CHAR; empty where there is none. Writes no node.
  std::string_view word(octet_bit bit = atom_bit);

  bool number(char const* production = "number");  ///< 32 bit
  bool nz_number(char const* production = "nz-number");
  bool number64(char const* production = "number64");  ///< 63 bit
  bool nz_number64(char const* production);            ///< 63 bit, not zero
  bool atom(char const* production = "atom");
  bool flag(char const* production = "flag", bool star = false);
  bool string(char const* production = "string");
  bool nstring(char const* production = "nstring");
  /// nstring / literal8 (RFC 3516 §7, RFC 5464 §5).
  bool nstring8(char const* production = "nstring");
  bool astring(char const* production = "astring");
  bool mailbox() { return astring("mailbox"); }
  bool nil(char const* production);
  bool at_nil() const;
  bool sequence_set(char const* production = "sequence-set");
  /// Anything well-formed: the values of unknown responses and of extensions that allow any.
  bool any(char const* production = "tagged-ext-val");

  /// "(" [item *(separator item)] ")"; `least` items are needed; `separator` 0 means none.
  template <class Item>
  bool list(char const* production, Item item, std::size_t least = 0, char separator = ' ') {
    if (peek() != '(') return fail(production, "expected '('");
    if (++depth_ > syntax_.nesting) return give_up(production, "nested more deeply than is read");
    auto const open = out_.open(offset());
    ++at_;
    std::size_t count = 0;
    while (peek() != ')') {
      if (count > 0 && separator && !skip(separator, production)) return false;
      if (!item()) return false;
      ++count;
      if (left() == 0) return fail(production, "the list is not closed");
    }
    if (count < least) return fail(production, "the list may not be empty");
    ++at_;
    --depth_;
    out_.close(open, offset());
    return true;
  }

  /// Consumes `count` octets without looking; the caller has looked.
  void advance(std::size_t count) { at_ += count; }
  void leaf(node_kind kind, std::uint32_t begin, bool escaped = false) {
    out_.leaf(kind, begin, offset() - begin, escaped);
  }

 private:
  bool digits(char const* production, std::uint64_t limit, bool zero);
  bool quoted(char const* production);
  bool literal(char const* production);

  char const* begin_;
  char const* at_;
  char const* end_;
  tree& out_;
  syntax syntax_;
  std::size_t depth_ = 0;
  char const* production_ = nullptr;
  char const* what_ = nullptr;
  std::uint32_t fault_at_ = 0;
  bool ours_ = false;
};

}  // namespace mailrig::wire::imap
