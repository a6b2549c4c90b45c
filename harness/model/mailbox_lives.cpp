// mailbox_lives: see mailbox_lives.hpp.
#include "model/mailbox_lives.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/imap_session.hpp"

namespace mailrig::model {

std::string mailbox_lives::key(std::string const& account, std::string_view name) {
  return account + "\n" + canonical_mailbox(name);
}

mailbox_life& mailbox_lives::open(std::string const& account, std::string_view name, std::uint64_t validity) {
  auto const plain = key(account, name);
  auto& b = all_[fmt::format("{}\n{}", plain, validity)];
  if (!b) {
    b = std::make_unique<mailbox_life>();
    b->account = account;
    b->name = canonical_mailbox(name);
    b->uidvalidity = validity;
    if (auto const r = renamed_.find(plain); r != renamed_.end()) b->uncertain = r->second;
    if (auto const u = unopened_.find(plain); u != unopened_.end()) {
      b->empty_at = u->second.empty_at;
      b->arrivals = std::move(u->second.arrivals);
      unopened_.erase(u);
    }
  }
  latest_[plain] = b.get();
  return *b;
}

mailbox_life* mailbox_lives::find(std::string const& account, std::string_view name) const {
  auto const at = latest_.find(key(account, name));
  return at == latest_.end() ? nullptr : at->second;
}

void mailbox_lives::created(std::string const& account, std::string_view name, operation const& by, place now,
                            bool alone) {
  auto const plain = key(account, name);
  latest_.erase(plain);
  auto& u = unopened_[plain];
  // What was answered before CREATE was sent went into another mailbox, or nowhere.
  std::erase_if(u.arrivals, [&](auto const& a) { return a->most == 0 || a->by->to < by.from; });
  u.empty_at = alone ? now : never;
}

void mailbox_lives::leaving(std::string const& account, std::string_view name, operation_ptr const& by) {
  auto const plain = key(account, name);
  for (auto const& [id, b] : all_)
    if (b->account == account && key(account, b->name).starts_with(plain))
      b->removals.push_back({by, false, std::nullopt, std::nullopt, never});
  if (auto const u = unopened_.find(plain); u != unopened_.end()) u->second.empty_at = never;
}

void mailbox_lives::renaming(std::string const& account, std::string_view from, std::string_view to,
                             operation_ptr const& by) {
  if (auto* b = find(account, from)) b->uncertain = by;
  renamed_[key(account, to)] = by;
}

void mailbox_lives::coming(std::string const& account, std::string_view to,
                           std::shared_ptr<mailbox_life::coming> const& c) {
  auto* b = find(account, to);
  auto& all = b ? b->arrivals : unopened_[key(account, to)].arrivals;
  if (all.size() >= 64) std::erase_if(all, [](auto const& a) { return a->most == 0; });
  all.push_back(c);
}

}  // namespace mailrig::model
