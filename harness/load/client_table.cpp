// client_table: see client_table.hpp.
#include "load/client_table.hpp"

#include <algorithm>
#include <utility>

namespace mailrig::load {

history::session_id client_table::add(client& c) {
  if (free_.empty()) {
    by_id_.push_back(&c);
    return history::session_id(by_id_.size() - 1);
  }
  auto const id = free_.back();
  free_.pop_back();
  by_id_[id] = &c;
  return id;
}

void client_table::remove(history::session_id id, client& c) {
  if (by_id_[id] != &c) return;
  by_id_[id] = nullptr;
  free_.push_back(id);
  ended_.push_back(&c);
}

bool client_table::any_waits_for_answer() const {
  return std::ranges::any_of(by_id_, [](client const* c) { return c && c->waits_for_answer(); });
}

void client_table::sweep(base::instant now, bool over) {
  waiting_.clear();  // who is given up leaves the table meanwhile
  for (auto* c : by_id_)
    if (c && c->waits_for_answer()) waiting_.push_back(c);
  for (auto* c : waiting_) c->overdue(now, over);
}

void client_table::let_go_of_ended() {
  for (auto* c : std::exchange(ended_, {})) c->let_go();
}

}  // namespace mailrig::load
