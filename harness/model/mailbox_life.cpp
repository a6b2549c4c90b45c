// mailbox_life: see mailbox_life.hpp.
#include "model/mailbox_life.hpp"

#include <algorithm>

namespace mailrig::model {

// --- one message -----------------------------------------------------------------------------------------------------

interval_register& message_life::flag(std::string const& name) {
  auto const known = flags_.find(name);
  if (known != flags_.end()) return known->second;
  auto& r = flags_[name];
  if (birth_flags && !birth_flags->contains(name)) r = interval_register(false);
  for (auto const& one : replaced_) r.write(one.by, false, one.sure);
  return r;
}

interval_register const* message_life::find(std::string const& name) const {
  auto const known = flags_.find(name);
  return known == flags_.end() ? nullptr : &known->second;
}

std::optional<bool> message_life::has(std::string const& flag, place since, place until,
                                      history::session_id reader) const {
  auto const* reg = find(flag);
  if (!reg)
    return birth_flags && replaced_.empty() && !birth_flags->contains(flag) ? std::optional(false) : std::nullopt;
  bool const may = reg->can_be(true, since, until, reader).possible;
  return may == reg->can_be(false, since, until, reader).possible ? std::nullopt : std::optional(may);
}

bool message_life::touched(std::string const& flag) const {
  auto const* reg = find(flag);
  return reg ? reg->size() > 0 : !replaced_.empty();
}

void message_life::replaced(operation_ptr by, std::set<std::string> const& to, bool sure) {
  for (auto& [name, r] : flags_)
    if (!to.contains(name)) r.write(by, false, sure);
  for (auto const& name : to) flag(name).write(by, true, sure);
  replaced_.push_back({std::move(by), sure});
  if (replaced_.size() > 64) replaced_.erase(replaced_.begin());
}

bool message_life::crowded() const {
  constexpr std::size_t many = 12;
  return replaced_.size() > many || std::ranges::any_of(flags_, [](auto const& f) { return f.second.size() > many; });
}

// --- one mailbox -----------------------------------------------------------------------------------------------------

message_life& mailbox_life::at(std::uint32_t uid) {
  auto const [m, fresh] = messages.try_emplace(uid);
  if (fresh) m->second.uid = uid;
  return m->second;
}

void mailbox_life::apply_wild(message_life& m, place born) const {
  for (auto const& w : wild) {
    if (w.by->to < born || (w.uids && !w.uids->contains(m.uid, m.uid))) continue;  // it may have been "*"
    if (w.item.starts_with("FLAGS"))
      m.replaced(w.by, w.flags, false);
    else
      for (auto const& f : w.flags) m.flag(f).write(w.by, w.item[0] == '+', false);
  }
}

bool mailbox_life::meets(removal const& r, message_life const& m, place until) const {
  if (r.by->from >= until) return false;
  if (m.born && (r.by->to < m.born->from || r.born_before < m.born->from)) return false;
  if (r.uids && !r.uids->contains(m.uid, m.uid)) return false;
  if (r.only && !r.only->contains(m.uid)) return false;
  if (!r.needs_deleted) return true;
  auto const* deleted = m.find("\\deleted");
  if (!deleted) return !m.birth_flags || m.birth_flags->contains("\\deleted");
  return deleted->can_be(true, r.by->from, std::min(r.by->to, until), r.by->by).possible;
}

operation_ptr mailbox_life::cause(message_life const& m, place until) const {
  if (uncertain) return uncertain;
  if (m.doom) return m.doom;
  for (auto r = removals.rbegin(); r != removals.rend(); ++r)
    if (meets(*r, m, until)) return r->by;
  return nullptr;
}

bool mailbox_life::another_removes(message_life const& m, history::session_id than, place until) const {
  if ((uncertain && uncertain->by != than) || (m.doom && m.doom->by != than)) return true;
  return std::ranges::any_of(removals, [&](auto const& r) { return r.by->by != than && meets(r, m, until); });
}

void mailbox_life::settle(operation_ptr const& by) {
  for (auto r = removals.begin(); r != removals.end();) {
    if (r->by != by) {
      ++r;
      continue;
    }
    for (auto& [uid, m] : messages)
      if (m.gone == never && meets(*r, m, by->to)) m.doom = by;
    last_removal = by;
    r = removals.erase(r);
  }
}

std::size_t mailbox_life::unnamed() const {
  std::size_t out = 0;
  for (auto const& a : arrivals) out += a->most;
  return out;
}

void mailbox_life::fell(message_life& m, place p, history::session_id told) {
  if (m.gone != never) return;
  m.gone = p;
  m.gone_by = told;
  fallen_.emplace_back(p, m.uid);
}

void mailbox_life::bury(place horizon) {
  // Who never polls must not keep everything alive.
  for (; !fallen_.empty() && (fallen_.front().first < horizon || fallen_.size() > 20000); fallen_.pop_front()) {
    auto const uid = fallen_.front().second;
    messages.erase(uid);
    auto first = uid, last = uid;
    if (auto const below = graves_.find(uid - 1); below != graves_.end()) first = below->second, graves_.erase(below);
    if (auto const above = graves_.lower_bound(uid); above != graves_.end() && above->second == uid + 1)
      last = above->first, graves_.erase(above);
    graves_[last] = first;
  }
}

bool mailbox_life::buried(std::uint32_t uid) const {
  auto const at = graves_.lower_bound(uid);
  return at != graves_.end() && at->second <= uid;
}

std::size_t mailbox_life::surely_there(place since, place now) const {
  std::size_t out = 0;
  for (auto const& [uid, m] : messages) out += m.known_before(since) && m.gone == never && cause(m, now) == nullptr;
  return out;
}

std::optional<std::size_t> mailbox_life::at_most(place since) const {
  if (empty_at == never || uncertain || unnamed() >= unbounded) return std::nullopt;
  std::size_t out = unnamed() > unexplained ? unnamed() - unexplained : 0;
  for (auto const& [uid, m] : messages) out += m.gone == never || m.gone > since;
  return out;
}

}  // namespace mailrig::model
