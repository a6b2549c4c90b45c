// interval_register: see interval_register.hpp.
#include "model/interval_register.hpp"

#include <algorithm>

namespace mailrig::model {
namespace {

constexpr std::size_t most = 64;

}  // namespace

/// Certainly later: begun when the other was answered, or behind it in the same session.
bool interval_register::after(written const& w, written const& o) const {
  return w.by->from > o.by->to || (w.by->by == o.by->by && w.by->from > o.by->from);
}

void interval_register::write(operation_ptr by, bool value, bool sure) {
  if (writes_.size() >= most) {
    lost_ = true;
    writes_.clear();
  }
  if (!lost_) writes_.push_back({std::move(by), value, sure});
}

interval_register::reason interval_register::can_be(bool value, place since, place until,
                                                    history::session_id reader) const {
  if (lost_) return {};
  auto visible = [&](written const& w) {
    return w.sure && w.by->good && (w.by->to < since || (w.by->by == reader && w.by->to < until));
  };
  reason why{false, nullptr, nullptr};
  auto undone = [&](auto const& later) {
    for (auto const& w : writes_)
      if (w.value != value && visible(w) && later(w)) {
        why.undid = w.by;
        return true;
      }
    return false;
  };
  if (initial_matters_ && (!initial_ || *initial_ == value) && !undone([](written const&) { return true; })) return {};
  for (auto const& o : writes_) {
    if (o.value != value || o.by->from >= until) continue;
    why.wrote = o.by;
    if (!undone([&](written const& w) { return after(w, o); })) return {};
  }
  return why;
}

void interval_register::observed(bool value) {
  if (writes_.empty() && !initial_) initial_ = value;
}

void interval_register::read(operation_ptr by, bool value) {
  if (lost_ || std::ranges::any_of(writes_, [&](written const& w) { return w.by->to >= by->from; })) return;
  if (writes_.empty() && initial_ == value) return;
  initial_matters_ = false;
  writes_.assign(1, {std::move(by), value, true});
}

}  // namespace mailrig::model
