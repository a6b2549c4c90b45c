// arena: see arena.hpp.
#include "stress/arena.hpp"

#include <fmt/format.h>

namespace mailrig::stress {

base::result<arena> arena::enter(scenario::target const& t, scenario::mailroom const& mail,
                                 history::catalogue const& requirements, base::limits const& limits) {
  arena out{t, mail, requirements, net::tls_context::client(t.tls), {}, limits, history::level::may};
  net::loop l(t.simulate ? net::loop::time::simulated : net::loop::time::real);
  scenario::server_power ignored;
  auto const alive = t.simulate ? t.simulate(l, ignored) : nullptr;
  auto asked = scenario::probe(l, t, out.trust);
  if (!asked)
    return base::fault{0, t.name,
                       fmt::format("the target does not let {} in: {}", t.accounts.front().user, asked.error().text)};
  out.offered = std::move(*asked);
  return out;
}

history::scenario_result arena::play(scenario::script const& s, part const& p) const {
  net::loop l(where.simulate ? net::loop::time::simulated : net::loop::time::real);
  scenario::runner_options o;
  o.seed = p.seed;
  o.may_empty = where.ours || p.may_empty;
  o.trace = p.trace;
  o.requirements = &requirements;
  o.checkers = base::registry<check::checker_kind>::all();
  o.limits = limits;
  o.trust = &trust;
  o.box = fmt::format("{}mailrig-stress{}", scenario::prefix_for(where, offered), p.account);
  o.delimiter = offered.delimiter;
  o.go_on = p.go_on;
  o.refused = p.refused;
  auto r = scenario::run(l, where, where.accounts[p.account], s, mail, o);
  scenario::drop_weaker(r, least);
  return r;
}

}  // namespace mailrig::stress
