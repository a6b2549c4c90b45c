// fresh_server: see fresh_server.hpp.
#include "app/fresh_server.hpp"

namespace mailrig::app {

stress::fresh_play fresh_server::play() {
  if (is_running_server(choice_.name)) {
    auto const t = find_target(choice_);
    if (!t || t->accounts.size() <= busy_) return {};
  }
  return [this](scenario::script const& s, std::uint64_t seed) { return once(s, seed); };
}

history::scenario_result fresh_server::once(scenario::script const& s, std::uint64_t seed) {
  std::lock_guard const lock(mutex_);
  bool const running = is_running_server(choice_.name);
  auto const first = running ? busy_ : 0;
  // The embedded server costs nothing to start; of another, an account that nobody used is as good as new.
  if (!where_ || choice_.name == "embedded" || (!running && used_ >= where_->accounts.size())) {
    arena_.reset();
    auto t = find_target(choice_);
    if (!t) return {};
    where_ = std::move(*t);
    auto a = stress::arena::enter(*where_, mail_, requirements_, {});
    if (!a) return {};
    arena_.emplace(std::move(*a));
    arena_->spread = how_.spread;
    used_ = 0;
  }
  if (!arena_) return {};
  stress::arena::part p;
  p.account = first + used_++ % (where_->accounts.size() - first);
  p.seed = seed;
  p.may_empty = how_.may_empty;
  return arena_->play(s, p);
}

}  // namespace mailrig::app
