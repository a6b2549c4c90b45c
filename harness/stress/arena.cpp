// arena: see arena.hpp.
#include "stress/arena.hpp"

#include <fmt/format.h>

namespace mailrig::stress {

base::result<arena> arena::enter(scenario::target const& t, scenario::mailroom const& mail,
                                 history::catalogue const& requirements, base::limits const& limits) {
  arena out{t, mail, requirements, net::tls_context::client(t.tls), {}, limits, {}, history::level::may, false};
  net::loop l(t.simulate ? net::loop::time::simulated : net::loop::time::real);
  scenario::server_power ignored;
  auto const alive = t.simulate ? t.simulate(l, ignored) : nullptr;
  auto asked = scenario::probe(l, t, out.trust);
  if (!asked)
    return base::fault{0, t.name,
                       fmt::format("the target does not let {} in: {}", t.accounts.front().user, asked.error().text)};
  out.offered = std::move(*asked);
  out.allowed.cleaning = std::chrono::seconds(5);  // the next play cleans as well
  return out;
}

history::scenario_result arena::play(scenario::script const& s, part const& p) const {
  net::loop l(where.simulate ? net::loop::time::simulated : net::loop::time::real);
  scenario::runner_options o;
  o.seed = p.seed;
  o.may_empty = where.ours || p.may_empty;
  o.trace = p.trace;
  o.trace_budget = p.trace_budget;
  o.requirements = &requirements;
  o.checkers = base::registry<check::checker_kind>::all();
  o.limits = limits;
  if (p.until.count() > 0) {
    constexpr std::chrono::milliseconds least{200};
    auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(p.until - base::now());
    o.limits.scenario = std::min(limits.scenario, std::max(least, left));
  }
  o.trust = &trust;
  o.box = fmt::format("{}mailrig-stress{}", scenario::prefix_for(where, offered), p.account);
  o.delimiter = offered.delimiter;
  o.spread = spread;
  o.go_on = p.go_on;
  o.refused = p.refused;
  o.allowed = allowed;
  o.stood_still = p.stood_still;
  o.cut_short = p.cut_short;
  // Of a target of its own: on others nobody knows which account is free.
  if (s.users() > 1 && where.ours && where.accounts.size() > 1)
    o.second = scenario::second_user{where.accounts[(p.account + 1) % where.accounts.size()], true};
  o.listener = p.listener;
  auto r = scenario::run(l, where, where.accounts[p.account], s, mail, o);
  if (p.watch_end && r.outcome != history::verdict::pass && where.revive && where.revive()) scenario::blame_end(r, s);
  scenario::drop_weaker(r, least);
  return r;
}

}  // namespace mailrig::stress
