// mailbox_view: see mailbox_view.hpp.
#include "model/mailbox_view.hpp"

#include <algorithm>

namespace mailrig::model {

std::optional<std::size_t> mailbox_view::number_of(std::uint32_t serial) const {
  // Serials ascend with position: slots are only appended and erased.
  auto const at = std::ranges::lower_bound(slots_, serial, {}, &slot::serial);
  if (at == slots_.end() || at->serial != serial) return std::nullopt;
  return std::size_t(at - slots_.begin()) + 1;
}

void mailbox_view::exists(std::size_t n, std::size_t limit) {
  n = std::min(n, limit);
  while (slots_.size() < n) slots_.push_back({0, next_serial_++});
}

void mailbox_view::expunge(std::size_t n) {
  if (n >= 1 && n <= slots_.size()) slots_.erase(slots_.begin() + std::ptrdiff_t(n) - 1);
}

void mailbox_view::vanish(wire::imap::sequence_set const& uids) {
  std::erase_if(slots_, [&](slot const& s) { return s.uid != 0 && uids.contains(s.uid, 0); });
}

void mailbox_view::told_uid(std::size_t n, std::uint32_t uid) {
  if (n >= 1 && n <= slots_.size()) slots_[n - 1].uid = uid;
}

std::uint32_t mailbox_view::largest_uid() const {
  std::uint32_t largest = 0;
  for (auto const& s : slots_) largest = std::max(largest, s.uid);
  return largest;
}

}  // namespace mailrig::model
