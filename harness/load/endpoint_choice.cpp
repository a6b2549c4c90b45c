// endpoint_choice: see endpoint_choice.hpp.
#include "load/endpoint_choice.hpp"

#include "load/endpoint_book.hpp"

namespace mailrig::load {

namespace {

std::optional<endpoint_source> source_of(scenario::target const& t, history::protocol p, std::uint64_t seed) {
  auto const& list = t.endpoints(p);
  bool const first_only = list.policy == session::endpoint_policy::first && !list.moves_on;
  if (list.all.size() < 2 || first_only) return std::nullopt;
  endpoint_source out{list, {}, seed};
  for (auto const& e : list.all) out.kept_as.push_back(endpoint_kind(p, e.name));
  return out;
}

}  // namespace

endpoint_sources::endpoint_sources(scenario::target const& t, std::uint64_t seed)
    : imap_(source_of(t, history::protocol::imap, seed)), pop3_(source_of(t, history::protocol::pop3, seed)) {}

endpoint_source const* endpoint_sources::of(history::protocol p) const {
  auto const& one = p == history::protocol::imap ? imap_ : pop3_;
  return one ? &*one : nullptr;
}

session::access endpoint_choice::way(base::rng& chance, session::access const& usual) {
  auto out = usual;
  if (!from_) return out;
  auto const& other = from_->list.all[next(chance)].way;
  out.at = other.at;
  out.at.from = usual.at.from;
  out.implicit_tls = other.implicit_tls;
  out.upgrade = other.upgrade;
  return out;
}

std::size_t endpoint_choice::next(base::rng& chance) {
  if (!from_ || from_->list.all.size() < 2) return 0;
  if (!moved_) here_ = session::choose_endpoint(from_->list, {from_->seed, user_, device_}, chance);
  return *here_;
}

void endpoint_choice::connected() {
  tried_ = 0;
  if (!from_) return;
  auto const p = from_->list.policy;
  if (p == session::endpoint_policy::random || p == session::endpoint_policy::weighted) moved_ = false;
}

bool endpoint_choice::could_not_connect() {
  if (!from_ || !from_->list.has_next() || !here_) return false;
  left_ = kept_as();
  here_ = (*here_ + 1) % from_->list.all.size();
  moved_ = true;
  if (++tried_ < from_->list.all.size()) return true;
  tried_ = 0;
  return false;
}

}  // namespace mailrig::load
