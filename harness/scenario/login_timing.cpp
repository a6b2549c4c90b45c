// login_timing: see login_timing.hpp.
#include "scenario/login_timing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/quoted.hpp"
#include "base/rank_sum.hpp"
#include "base/text.hpp"

namespace mailrig::scenario {

using history::protocol;

namespace {

constexpr std::size_t fewest = 24;

/// As long as the known one, and nobody's.
std::string unknown_like(std::string name, target const& t) {
  auto const taken = [&] { return std::ranges::any_of(t.accounts, [&](auto const& a) { return a.user == name; }); };
  for (char letter = 'q'; letter <= 'z' && !name.empty(); ++letter) {
    name.front() = letter;
    if (!taken()) break;
  }
  return name;
}

/// Milliseconds until the refusal; nothing where it was none.
std::optional<double> refused_after(stage& s, player& p, std::string const& user, bool& let_in) {
  if (!s.log_in(p, session::login_goal::greeting)) return std::nullopt;
  auto const password = p.who.password + "-not";
  auto const began = s.loop().now();
  bool in = false;
  if (p.proto == protocol::imap) {
    in = bool(s.command(p, fmt::format("LOGIN {} {}", base::quoted(user), base::quoted(password))));
  } else {
    // Where USER is refused, the refusal tells, and no time is needed (RFC 1939 §7 lets it).
    if (!s.pop3_command(p, "USER " + user)) return p.channel->close(), std::nullopt;
    in = bool(s.pop3_command(p, "PASS " + password));
  }
  auto const took = s.loop().now() - began;
  bool const heard = s.is_open(p) || p.channel->cause() == net::end_cause::server_closed;
  p.channel->close();
  let_in = let_in || in;
  if (in || !heard) return std::nullopt;
  return double(took.count()) / 1e6;
}

/// Milliseconds until a command is answered that asks for no login.
std::optional<double> answered_after(stage& s, player& p) {
  if (!s.log_in(p, session::login_goal::greeting)) return std::nullopt;
  auto const began = s.loop().now();
  if (p.proto == protocol::imap)
    (void)s.command(p, "NOOP");
  else
    (void)s.pop3_command(p, "CAPA");
  auto const took = s.loop().now() - began;
  bool const heard = s.is_open(p);
  p.channel->close();
  return heard ? std::optional(double(took.count()) / 1e6) : std::nullopt;
}

double median(std::vector<double> of) {
  auto const middle = of.begin() + std::ptrdiff_t(of.size() / 2);
  std::ranges::nth_element(of, middle);
  return *middle;
}

}  // namespace

login_times time_refused_logins(stage& s, player& p, base::rng& random, std::size_t pairs, base::duration most) {
  login_times out;
  auto const unknown = unknown_like(p.who.user, s.server());
  auto const until = s.working_time() + most;
  for (std::size_t n = 0; n < pairs && s.working_time() < until && !s.is_cut_short() && !out.let_in; ++n) {
    bool const known_first = random.below(2) == 0;
    auto const one = refused_after(s, p, known_first ? p.who.user : unknown, out.let_in);
    auto const other = refused_after(s, p, known_first ? unknown : p.who.user, out.let_in);
    if (!one || !other) continue;
    out.known.push_back(known_first ? *one : *other);
    out.unknown.push_back(known_first ? *other : *one);
  }
  return out;
}

failure_times time_failed_logins(stage& s, player& p, std::size_t count, base::duration most) {
  failure_times out;
  auto const until = s.working_time() + most;
  for (std::size_t n = 0; n < count && s.working_time() < until && !s.is_cut_short() && !out.let_in; ++n) {
    auto const plain = answered_after(s, p);
    auto const refused = refused_after(s, p, p.who.user, out.let_in);
    if (!plain || !refused) continue;
    out.answered.push_back(*plain);
    out.refused.push_back(*refused);
  }
  return out;
}

told_delay delay_of(failure_times const& t) {
  constexpr std::size_t fewest_failures = 6;
  constexpr double noticed = 100;
  auto const n = t.refused.size();
  if (n < fewest_failures) return {};
  auto const third = std::ptrdiff_t(n / 3);
  std::vector<double> const first(t.refused.begin(), t.refused.begin() + third),
      last(t.refused.end() - third, t.refused.end());
  auto const delay = median(t.refused) - median(t.answered), growth = median(last) - median(first);
  auto const waits = base::rank_test(t.refused, t.answered), grows = base::rank_test(last, first);
  bool const delayed = waits.p < 0.005 && waits.superior > 0.9 && delay >= noticed;
  bool const growing = grows.p < 0.01 && grows.superior > 0.9 && growth >= noticed;
  return {
      growing   ? "growing"
      : delayed ? "constant"
                : "none",
      fmt::format("{} failed logins: refused after {:.1f} ms, other commands answered after {:.1f} ms (medians; p = "
                  "{:.0e}); the first third after {:.1f} ms, the last after {:.1f} ms (p = {:.0e})",
                  n, median(t.refused), median(t.answered), waits.p, median(first), median(last), grows.p)};
}

bool is_enough(login_times const& t) { return t.known.size() >= fewest; }

std::string told_by_time(login_times const& t) {
  if (!is_enough(t)) return {};
  auto const known = median(t.known), unknown = median(t.unknown);
  auto const outcome = base::rank_test(t.known, t.unknown);
  auto const often = std::max(outcome.superior, 1 - outcome.superior);
  if (outcome.p >= 1e-6 || often < 0.8 || std::abs(known - unknown) < 0.5) return {};
  return fmt::format(
      "a known name with a wrong password is refused after {:.2f} ms, an unknown one after {:.2f} ms (medians of {} "
      "pairs; the {} one takes longer in {:.0f} % of all comparisons, p = {:.0e})",
      known, unknown, t.known.size(), outcome.superior > 0.5 ? "known" : "unknown", 100 * often, outcome.p);
}

}  // namespace mailrig::scenario
