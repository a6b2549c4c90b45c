// obstacle: see obstacle.hpp.
#include "scenario/obstacle.hpp"

namespace mailrig::scenario::obstacle {

std::string_view of_end(net::end_cause cause, bool upgraded) {
  if (net::is_distrust(cause)) return distrust;
  if (cause == net::end_cause::tls_broken || (upgraded && cause == net::end_cause::tls_absent)) return no_tls;
  return {};
}

bool is_one(std::string_view rule) { return rule == preauth || rule == no_tls || rule == distrust || rule == patience; }

std::optional<history::finding> against(base::fault const& f, history::catalogue const* requirements) {
  if (f.rule != preauth && f.rule != no_tls) return std::nullopt;
  bool const greeted = f.rule == preauth;
  history::finding out;
  out.rule = f.rule;
  out.requirement = greeted ? "RFC9051-7.1.4-01" : "RFC8314-4-01";
  out.weight = requirements ? requirements->level_of(out.requirement)
               : greeted    ? history::level::should
                            : history::level::must;
  out.outcome = history::verdict_of(out.weight);
  out.text = f.text;
  out.expected = {greeted ? "PREAUTH on protected connections only" : "a handshake as TLS has it"};
  return out;
}

}  // namespace mailrig::scenario::obstacle
