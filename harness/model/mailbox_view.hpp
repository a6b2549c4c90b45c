// mailbox_view: the messages of the selected mailbox as this client has been told, by sequence number.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "wire/imap/sequence_set.hpp"

namespace mailrig::model {

/// One message between its EXISTS and its EXPUNGE. `serial` names it whatever its number is now.
struct slot {
  std::uint32_t uid = 0;  ///< 0: not told yet
  std::uint32_t serial = 0;
};

/// Finding a number, growing and expunging take the logarithm of the size; slots() after an expunge takes the size.
class mailbox_view {
 public:
  std::size_t size() const { return slots_.size() - gone_ + untold_; }
  /// Sequence number `n`, 1..size().
  slot at(std::size_t n) const {
    auto const row = slots_.size() - gone_;
    return n > row ? slot{0, std::uint32_t(first_untold() + (n - row - 1))} : slots_[index_of(n)];
  }
  std::vector<slot> const& slots() const {
    if (gone_ > 0) close_gaps();
    write_out(size());
    return slots_;
  }
  std::optional<std::size_t> number_of(std::uint32_t serial) const;
  /// Of the messages whose UID is in the set. As far as UIDs ascend, as they should, only those are looked at.
  std::vector<slot> named_by(wire::imap::sequence_set const& uids) const;

  /// EXISTS `n`; fewer than known is ignored (a checker says so).
  void exists(std::size_t n, std::size_t limit);
  void expunge(std::size_t n);
  void vanish(wire::imap::sequence_set const& uids);
  void told_uid(std::size_t n, std::uint32_t uid);
  void clear();

  std::uint32_t largest_uid() const;

 private:
  std::size_t index_of(std::size_t n) const;
  std::size_t there_before(std::size_t index) const;
  void count_there() const;
  void close_gaps() const;
  void write_out(std::size_t n) const;
  std::uint32_t first_untold() const { return next_serial_ - std::uint32_t(untold_); }
  void follow_order(std::size_t index);

  // Where many are expunged one by one, those that are gone stay in the row until it is looked at as a whole; a
  // Fenwick tree knows how many of the first so many are there. Which of both it is nobody can tell from outside.
  mutable std::vector<slot> slots_;
  mutable std::vector<bool> is_gone_;         ///< by index; empty where the tree is
  mutable std::vector<std::uint32_t> there_;  ///< the tree; empty: none is gone
  mutable std::size_t gone_ = 0;
  /// Behind the row: messages of which nothing was told but that they are there, which costs no memory.
  mutable std::size_t untold_ = 0;
  mutable std::size_t ordered_ = 0;  ///< so many slots at the front have UIDs, and these ascend
  std::uint32_t next_serial_ = 1;
  mutable std::optional<std::uint32_t> largest_;  ///< UID; nothing: to be looked for
};

}  // namespace mailrig::model
