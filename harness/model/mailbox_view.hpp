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

class mailbox_view {
 public:
  std::size_t size() const { return slots_.size(); }
  /// Sequence number `n`, 1..size().
  slot const& at(std::size_t n) const { return slots_[n - 1]; }
  std::vector<slot> const& slots() const { return slots_; }
  std::optional<std::size_t> number_of(std::uint32_t serial) const;

  /// EXISTS `n`; fewer than known is ignored (a checker says so).
  void exists(std::size_t n, std::size_t limit);
  void expunge(std::size_t n);
  void vanish(wire::imap::sequence_set const& uids);
  void told_uid(std::size_t n, std::uint32_t uid);
  void clear() { slots_.clear(); }

  std::uint32_t largest_uid() const;

 private:
  std::vector<slot> slots_;
  std::uint32_t next_serial_ = 1;
};

}  // namespace mailrig::model
