// tally: see tally.hpp.
#include "load/tally.hpp"

#include <algorithm>

namespace mailrig::load {
namespace {

std::uint64_t lasted(base::instant from, base::instant to) {
  return to > from ? std::uint64_t((to - from).count()) : 0;
}

}  // namespace

void figures::merge(figures const& other) {
  response.merge(other.response);
  service.merge(other.service);
  blocked.merge(other.blocked);
  dispatch.merge(other.dispatch);
  done += other.done;
  failed += other.failed;
  late += other.late;
  for (auto const& [why, times] : other.failures) failures[why] += times;
  refusals.merge(other.refusals);
  declined.merge(other.declined);
}

figures& tally::of(kind_id kind) {
  if (kind >= kinds_.size()) kinds_.resize(kind + 1u);
  if (!kinds_[kind]) kinds_[kind] = std::make_unique<figures>();
  return *kinds_[kind];
}

namespace {

void count_reason(figures& f, std::string_view why) {
  if (auto const known = f.failures.find(std::string(why)); known != f.failures.end())
    ++known->second;
  else if (f.failures.size() < 100)
    f.failures.emplace(why, 1);
}

}  // namespace

void tally::record(operation const& o, std::string_view why, refusal const* by) {
  auto& f = of(o.kind);
  if (o.came == outcome::failed) {
    ++f.failed;
    count_reason(f, why);
    if (!by) return;
    f.refusals.add(*by);
    f.declined.record(lasted(o.sent, o.done));
    return;
  }
  if (o.came == outcome::late && !why.empty()) count_reason(f, why);
  ++(o.came == outcome::done ? f.done : f.late);
  f.response.record(lasted(o.intended, o.done));
  if (o.sent == base::instant::max()) return;  // never sent: it waited, and that was all
  f.service.record(lasted(o.sent, o.done));
  f.blocked.record(lasted(o.intended, o.free));
  f.dispatch.record(lasted(std::max(o.intended, o.free), o.sent));
}

void tally::merge(tally const& other) {
  for (std::size_t k = 0; k < other.kinds_.size(); ++k)
    if (other.kinds_[k]) of(kind_id(k)).merge(*other.kinds_[k]);
}

std::map<std::string, figures const*> tally::kinds() const {
  std::map<std::string, figures const*> out;
  for (std::size_t k = 0; k < kinds_.size(); ++k)
    if (kinds_[k] && kinds_[k]->all() > 0) out.emplace(name_of(kind_id(k)), kinds_[k].get());
  return out;
}

bool is_compound(std::string_view kind) {
  return kind.starts_with("act.") || kind.ends_with(".beyond-size") || kind == put_off_login;
}

figures tally::together() const {
  figures out;
  for (auto const& [name, f] : kinds())
    if (!is_compound(name)) out.merge(*f);
  return out;
}

std::uint64_t tally::operations() const {
  std::uint64_t n = 0;
  for (auto const& [name, f] : kinds())
    if (!is_compound(name)) n += f->all();
  return n;
}

std::uint64_t tally::unsuccessful() const {
  std::uint64_t n = 0;
  for (auto const& [name, f] : kinds())
    if (!is_compound(name)) n += f->failed + f->late;
  return n;
}

std::uint64_t tally::refused() const {
  std::uint64_t n = 0;
  for (auto const& [name, f] : kinds())
    if (!is_compound(name)) n += f->refused();
  return n;
}

}  // namespace mailrig::load
