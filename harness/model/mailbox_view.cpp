// mailbox_view: see mailbox_view.hpp.
#include "model/mailbox_view.hpp"

#include <algorithm>
#include <bit>
#include <set>
#include <span>

namespace mailrig::model {
namespace {

constexpr std::size_t small = 1024;  ///< below it, moving the row is cheaper than any tree

constexpr std::size_t low_bit(std::size_t i) { return i & (~i + 1); }

}  // namespace

// --- the tree: there_[i - 1] counts the low_bit(i) slots up to the i-th --------------------------------------------

void mailbox_view::count_there() const {
  is_gone_.assign(slots_.size(), false);
  there_.resize(slots_.size());
  for (std::size_t i = 1; i <= there_.size(); ++i) there_[i - 1] = std::uint32_t(low_bit(i));
}

std::size_t mailbox_view::index_of(std::size_t n) const {
  if (gone_ == 0) return n - 1;
  std::size_t at = 0;
  for (auto step = std::bit_floor(there_.size()); step > 0; step /= 2)
    if (at + step <= there_.size() && there_[at + step - 1] < n) {
      at += step;
      n -= there_[at - 1];
    }
  return at;
}

std::size_t mailbox_view::there_before(std::size_t index) const {
  if (gone_ == 0) return index;
  std::size_t out = 0;
  for (auto i = index; i > 0; i -= low_bit(i)) out += there_[i - 1];
  return out;
}

void mailbox_view::close_gaps() const {
  std::size_t to = 0, ordered = 0;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (is_gone_[i]) continue;
    ordered += i < ordered_;
    slots_[to++] = slots_[i];
  }
  ordered_ = ordered;
  slots_.resize(to);
  is_gone_.clear();
  there_.clear();
  gone_ = 0;
}

// --- what is told ----------------------------------------------------------------------------------------------------

/// Up to the `n`-th message each has its place in the row.
void mailbox_view::write_out(std::size_t n) const {
  for (auto row = slots_.size() - gone_; row < n && untold_ > 0; ++row, --untold_) {
    slots_.push_back({0, first_untold()});
    if (gone_ == 0) continue;
    is_gone_.push_back(false);
    auto const i = slots_.size();
    std::uint32_t sum = 1;
    for (auto j = i - 1; j > i - low_bit(i); j -= low_bit(j)) sum += there_[j - 1];
    there_.push_back(sum);
  }
}

std::optional<std::size_t> mailbox_view::number_of(std::uint32_t serial) const {
  if (serial >= first_untold() && serial < next_serial_) return slots_.size() - gone_ + (serial - first_untold()) + 1;
  // Serials ascend with position: slots are only appended and taken away.
  auto const at = std::ranges::lower_bound(slots_, serial, {}, &slot::serial);
  if (at == slots_.end() || at->serial != serial) return std::nullopt;
  auto const index = std::size_t(at - slots_.begin());
  if (gone_ > 0 && is_gone_[index]) return std::nullopt;
  return there_before(index) + 1;
}

void mailbox_view::exists(std::size_t n, std::size_t limit) {
  n = std::min(n, limit);
  if (n <= size()) return;
  auto const more = n - size();
  untold_ += more;
  next_serial_ += std::uint32_t(more);
}

void mailbox_view::expunge(std::size_t n) {
  if (n < 1 || n > size()) return;
  write_out(n);
  auto const index = index_of(n);
  if (slots_[index].uid != 0 && slots_[index].uid == largest_) largest_.reset();
  if (gone_ == 0 && slots_.size() - index <= small) {
    slots_.erase(slots_.begin() + std::ptrdiff_t(index));
    if (index < ordered_) --ordered_;
    return;
  }
  if (gone_ == 0) count_there();
  ++gone_;
  is_gone_[index] = true;
  for (auto i = index + 1; i <= there_.size(); i += low_bit(i)) --there_[i - 1];
  if (gone_ > slots_.size() / 2) close_gaps();
}

std::vector<slot> mailbox_view::named_by(wire::imap::sequence_set const& uids) const {
  std::vector<slot> out;
  auto const there = [&](std::size_t i) { return gone_ == 0 || !is_gone_[i]; };
  auto const ordered = std::span(slots_).first(ordered_);
  for (auto const& r : uids.in_order()) {
    auto const from = std::ranges::lower_bound(ordered, r.low, {}, &slot::uid);
    for (auto i = std::size_t(from - ordered.begin()); i < ordered_ && slots_[i].uid <= r.high; ++i)
      if (there(i)) out.push_back(slots_[i]);
  }
  for (auto i = ordered_; i < slots_.size(); ++i)
    if (slots_[i].uid != 0 && there(i) && uids.contains(slots_[i].uid, 0)) out.push_back(slots_[i]);
  return out;
}

void mailbox_view::vanish(wire::imap::sequence_set const& uids) {
  auto named = named_by(uids);
  auto const untold = [](slot const& s) { return s.uid == 0; };
  // UIDs that nobody told yet: each is that of a message between those whose UIDs are known. Of several in one place
  // nobody knows which has gone, so that those which are left there are messages that nothing is known of.
  auto const vanish_untold = [&](std::uint32_t uid) {
    auto const above = std::ranges::find_if(slots_, [&](slot const& s) { return s.uid > uid; });
    if (above == slots_.begin() || !untold(*std::prev(above))) return;
    auto begin = std::prev(above);
    while (begin != slots_.begin() && untold(*std::prev(begin))) --begin;
    bool const one = std::next(begin) == above;
    auto const at = std::size_t(begin - slots_.begin());
    slots_.erase(std::prev(above));
    for (auto i = at; !one && i < slots_.size(); ++i) slots_[i].serial = next_serial_++;
    ordered_ = std::min(ordered_, at);
    follow_order(at);
  };
  if (untold_ > 0 || std::ranges::any_of(std::span(slots_).subspan(ordered_), untold)) {
    write_out(size());
    if (gone_ > 0) close_gaps();
    std::set<std::uint32_t> told;
    for (auto const& s : named) told.insert(s.uid);
    if (auto const all = uids.expand(100000); all && all->size() > named.size())
      for (auto const uid : *all)
        if (!told.contains(uid)) vanish_untold(uid);
    named = named_by(uids);  // by the serials that they have now
  }
  if (named.size() > small && named.size() > slots_.size() / 4) {  // few are left: one look at all is cheaper
    std::vector<std::uint32_t> serials;
    for (auto const& s : named) serials.push_back(s.serial);
    std::ranges::sort(serials);
    if (gone_ > 0) close_gaps();
    std::erase_if(slots_, [&](slot const& s) { return std::ranges::binary_search(serials, s.serial); });
    ordered_ = 0;
    follow_order(0);
    largest_.reset();
    return;
  }
  for (auto const& s : named)
    if (auto const n = number_of(s.serial)) expunge(*n);
}

/// A UID was told of the slot at `index`.
void mailbox_view::follow_order(std::size_t index) {
  auto const above = [&](std::size_t i) { return i == 0 || slots_[i].uid > slots_[i - 1].uid; };
  if (index < ordered_) {
    if (!above(index)) ordered_ = index;
    if (index + 1 < ordered_ && !above(index + 1)) ordered_ = index + 1;
  }
  while (ordered_ < slots_.size() && slots_[ordered_].uid != 0 && above(ordered_)) ++ordered_;
}

void mailbox_view::told_uid(std::size_t n, std::uint32_t uid) {
  if (n < 1 || n > size() || uid == 0) return;
  write_out(n);
  auto const index = index_of(n);
  auto& known = slots_[index].uid;
  if (largest_ && known != 0 && known == *largest_ && uid < known) largest_.reset();
  if (largest_) largest_ = std::max(*largest_, uid);
  known = uid;
  follow_order(index);
}

void mailbox_view::clear() {
  slots_.clear();
  is_gone_.clear();
  there_.clear();
  gone_ = ordered_ = untold_ = 0;
  largest_.reset();
}

std::uint32_t mailbox_view::largest_uid() const {
  if (!largest_) {
    largest_ = 0;
    if (gone_ > 0) close_gaps();
    for (auto const& s : slots_) largest_ = std::max(*largest_, s.uid);
  }
  return *largest_;
}

}  // namespace mailrig::model
