// script_context: see script_context.hpp.
#include "scenario/script_context.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "scenario/obstacle.hpp"
#include "scenario/refusal.hpp"

namespace mailrig::scenario {

namespace {

/// "SELECT INBOX: NO [NOPERM] not you"; of a login the fault says by itself what was refused.
std::string could_not(std::string_view what, base::fault const& f) {
  return what.empty() ? f.text : fmt::format("{}: {}", what, f.text);
}

}  // namespace

bool reached(player const& p) {
  if (!p.channel) return true;
  auto const c = p.channel->cause();
  return c == net::end_cause::none || c == net::end_cause::server_closed || c == net::end_cause::reset_by_peer ||
         c == net::end_cause::client_closed || c == net::end_cause::peer_silent ||
         c == net::end_cause::deflate_broken || net::is_of_tls(c);
}

script_context::script_context(stage& s, script const& t, mailroom const& mail, runner_options const& o,
                               history::scenario_result& r)
    : where(s), text(t), options(o), result(r), random(o.seed ^ base::fnv1a(t.id)), out(s, known, mail) {}

bool script_context::gone(std::size_t session) {
  auto& p = player_of(session);
  if (!may_close.contains(session) || where.is_open(p)) return false;
  // Its end is still to be awaited where it has come and is not the only thing that has; answers to octets that nobody
  // awaits by their tags stay for ever.
  auto const ends = std::ranges::count_if(p.arrivals, [](auto const& a) { return a->what == arrival::kind::ended; });
  return ends == 0 || std::size_t(ends) == p.arrivals.size();
}

void script_context::cut_short(player const& p, bool refused) {
  auto const* c = where.conversation(p);
  if (options.refused && (refused || (c && c->imap().bye))) *options.refused = true;
}

stop script_context::kept_out(base::fault const& f, player const& p) {
  auto found = obstacle::against(f, options.requirements);
  if (!found) return inconclusive(f.text);
  keep(std::move(*found), p);
  return {};
}

stop script_context::not_there(player const& p, base::fault const& f, std::string_view command) {
  if (!where.cut_short().empty()) return cut(where.cut_short());
  if (obstacle::is_one(f.rule)) return kept_out(f, p);
  cut_short(p, says_no(f));
  if (!reached(p)) return rig_error(fmt::format("{}: {}", f.rule, f.text));
  return inconclusive(could_not(command, f));
}

stop script_context::refused(operation const& o, player& p, base::fault const& f) {
  if (!where.cut_short().empty()) return cut(where.cut_short());
  if (obstacle::is_one(f.rule)) return kept_out(f, p);
  cut_short(p, says_no(f));
  if (!reached(p)) return rig_error(fmt::format("{}: {}", f.rule, f.text));
  // Nor need a server that says BYE have a reason that it tells (RFC 3501 §7.1.5).
  auto const* c = where.conversation(p);
  if (is_for_now(f.text) || (c && c->imap().bye)) return inconclusive(could_not(o.action, f));
  history::finding found;
  found.rule = fmt::format("action.{}", o.action);
  found.line = o.line;
  found.text = fmt::format("{}: '{}' did not succeed: {}", f.rule, o.action, f.text);
  add(std::move(found), p, o.proves);
  return {};
}

stop script_context::ended_early(operation const& o, player& p) {
  if (!where.cut_short().empty()) return cut(where.cut_short());
  // Whom we do not trust has done nothing wrong.
  if (p.channel && net::is_distrust(p.channel->cause())) return inconclusive(where.end_in_words(p));
  cut_short(p, false);
  history::finding f;
  f.rule = fmt::format("expect.{}.{}", p.name, o.line);
  f.line = o.line;
  f.text =
      fmt::format("the connection of {} is gone ({}) before '{}'", p.name,
                  p.channel ? where.end_in_words(p) : "never opened", o.lines.empty() ? o.action : o.lines.front());
  f.expected = {"an open connection"};
  add(std::move(f), p, o.proves);
  return {};
}

stop script_context::unanswerable(operation const& o, player& p, std::string const& why) {
  if (!where.cut_short().empty()) return cut(where.cut_short());
  history::finding f;
  f.rule = fmt::format("expect.{}.{}", p.name, o.line);
  f.line = o.line;
  f.text = fmt::format("the SASL exchange cannot go on: {}", why);
  f.expected = {"a challenge that the mechanism has"};
  add(std::move(f), p, o.proves);
  return {};
}

stop script_context::error_at(operation const& o, std::string const& what) const {
  return rig_error(fmt::format("{}:{}: {}", text.file, o.line, what));
}

void script_context::add(history::finding f, player const& p, std::vector<std::string> const& proves) {
  if (!where.cut_short().empty()) return;  // what did not come was not waited for
  auto const& ids = proves.empty() ? text.proves : proves;
  if (!ids.empty()) f.requirement = ids.front();
  f.weight = options.requirements ? options.requirements->level_of(f.requirement) : history::level::must;
  f.outcome = history::verdict_of(f.weight);
  keep(std::move(f), p);
}

void script_context::keep(history::finding f, player const& p) {
  if (p.channel) f.session = p.channel->id();
  f.hide_secrets();
  result.findings.push_back(std::move(f));
}

}  // namespace mailrig::scenario
