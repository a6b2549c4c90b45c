// measure_command: `mailrig measure`: how soon a device is told what another did, how soon a maildrop is free again,
// what it takes to be in step again, and what ever larger questions cost.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/calibrate.hpp"
#include "app/command.hpp"
#include "app/command_options.hpp"
#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/measure_cost.hpp"
#include "app/measure_resync.hpp"
#include "app/outputs.hpp"
#include "app/own_process.hpp"
#include "app/run_timeout.hpp"
#include "app/target_choice.hpp"
#include "base/run_end.hpp"
#include "stress/maildrop_lock.hpp"
#include "stress/visibility.hpp"

namespace mailrig::app::measure_command {
namespace {

struct measure_options {
  std::string what, target, defect, json, timeout;
  std::vector<std::string> latitudes, inputs, pairs;
  std::size_t samples = 20, contenders = 50, takes = 4, messages = 1000, changes = 1000;
  bool allow_destructive = false;
  std::string command;  ///< as typed, for the report
};

using nlohmann::json;

json figures(base::latency_histogram const& h) {
  json out{{"count", h.count()}};
  if (h.count() == 0) return out;
  for (auto const& [name, q] : {std::pair{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"max", 1.0}})
    out[name + std::string("_us")] = double(h.quantile(q)) / 1000;
  return out;
}

std::string cells(json const& f) {
  if (f["count"] == 0) return fmt::format("{:>10} {:>10} {:>10} {:>10}", "-", "-", "-", "-");
  std::string out;
  for (auto const* q : {"p50_us", "p90_us", "p99_us", "max_us"})
    out += fmt::format("{:>9.2f}ms", f[q].get<double>() / 1000);
  return out;
}

using progress = std::function<void(std::string const&, std::size_t)>;

/// The places of two IMAP endpoints, "WRITER:READER"; all pairs where nothing is asked for.
base::result<std::vector<std::pair<std::size_t, std::size_t>>> pairs_of(scenario::target const& t,
                                                                        std::vector<std::string> const& asked) {
  std::vector<std::pair<std::size_t, std::size_t>> out;
  auto const imap = history::protocol::imap;
  for (auto const& pair : asked) {
    auto const colon = std::min(pair.find(':'), pair.size());
    auto const writer = t.endpoint_named(imap, pair.substr(0, colon));
    auto const reader = t.endpoint_named(imap, pair.substr(std::min(pair.size(), colon + 1)));
    if (!writer || !reader) {
      std::string names;
      for (auto const& e : t.endpoints(imap).all) names += (names.empty() ? "" : ", ") + e.name;
      return base::fault{0, "--pair",
                         fmt::format("--pair takes WRITER:READER, two of the target's endpoints ({}), not '{}'",
                                     names.empty() ? "a" : names, pair)};
    }
    out.emplace_back(*writer, *reader);
  }
  auto const n = std::max<std::size_t>(1, t.endpoints(imap).all.size());
  for (std::size_t w = 0; asked.empty() && w < n; ++w)
    for (std::size_t r = 0; r < n; ++r) out.emplace_back(w, r);
  return out;
}

base::result<measured> visibility(stress::arena const& a, measure_options const& o, progress const& tell) {
  stress::visibility_options v;
  v.samples = o.samples;
  v.may_empty = o.allow_destructive;
  v.progress = tell;
  if (!a.where.imap) return base::fault{0, "visibility", "a device is told of what others do by IMAP alone"};
  auto const pairs = pairs_of(a.where, o.pairs);
  if (!pairs) return pairs.error();
  bool const several = a.where.endpoints(history::protocol::imap).all.size() > 1;
  measured out;
  std::cout << fmt::format(
      "{}: until another device is told, from the answer to the first ({} samples, NOOP each {} ms)\n\n{}{:16} {:5} "
      "{:>10} {:>10} {:>10} {:>10} {:>7}\n",
      a.where.name, o.samples, v.poll.count(), several ? fmt::format("{:12} ", "endpoints") : "", "event", "by", "p50",
      "p90", "p99", "max", "untold");
  for (auto const& [writer, reader] : *pairs) {
    v.writer = writer;
    v.reader = reader;
    auto const rows = stress::measure_visibility(a, v);
    if (!rows && base::run_end::flag()) break;  // what was measured stands
    if (!rows) return rows.error();
    for (auto const& r : *rows) {
      auto f = figures(r.told);
      auto const where = several ? fmt::format("{:12} ", r.writer + " > " + r.reader) : std::string();
      std::cout << fmt::format("{}{:16} {:5}{} {:>7}\n", where, r.event, r.by, cells(f), r.untold);
      f.update({{"event", r.event}, {"by", r.by}, {"untold", r.untold}});
      if (several) f.update({{"writer", r.writer}, {"reader", r.reader}});
      out.rows.push_back(f);
      if (r.told.count() + r.untold == 0) out.code = inconclusive;
    }
  }
  return out;
}

base::result<measured> lock(stress::arena const& a, measure_options const& o, progress const& tell) {
  stress::lock_options v;
  v.samples = o.samples;
  v.contenders = o.contenders;
  v.may_empty = o.allow_destructive;
  v.progress = tell;
  auto const rows = stress::measure_lock(a, v);
  if (!rows) return rows.error();
  measured out;
  std::cout << fmt::format(
      "{}: a maildrop under {} contenders, until it is free again ({} samples)\n\n{:10} {:>10} {:>10} {:>10} {:>10} "
      "{:>6} {:>8} {:>8} {:>8}\n",
      a.where.name, o.contenders, o.samples, "after", "p50", "p90", "p99", "max", "held", "tries", "refused",
      "at once");
  for (auto const& r : *rows) {
    auto f = figures(r.free);
    std::cout << fmt::format("{:10}{} {:>6} {:>8} {:>8} {:>8}\n", r.release, cells(f), r.held, r.attempts, r.refused,
                             r.most);
    f.update({{"release", r.release},
              {"held", r.held},
              {"attempts", r.attempts},
              {"refused", r.refused},
              {"most_at_once", r.most}});
    out.rows.push_back(f);
    if (r.most > 1 || (r.held > 0 && r.release != "silence")) out.code = failure;
  }
  if (out.code == failure)
    std::cout
        << "\nRFC 1939 §4: one session holds the maildrop at a time; §6: it is free when that session has ended.\n";
  return out;
}

base::result<measured> resync(stress::arena const& a, measure_options const& o, progress const& tell) {
  auto const got = run_resync(a, {o.samples, o.messages, o.changes, o.allow_destructive, tell});
  if (!got) return got.error();
  return measured{got->rows, got->code};
}

/// Writes the report, where one is wanted; the exit code.
int hand_over(measure_options const& o, json out, int code, std::atomic<bool> const& interrupted) {
  out["what"] = o.what;
  out["command"] = o.command;
  out["interrupted"] = interrupted.load();
  if (interrupted) out["ended_early"] = base::end_words();
  if (!o.json.empty() && !write_file(o.json, [&](std::ostream& to) { to << out.dump(1) << '\n'; }))
    return undelivered(code);
  if (interrupted) std::cout << "\nnot complete: " << base::end_words() << '\n';
  return interrupted ? undelivered(code) : code;
}

/// What a costly question does to the embedded server must not be done to us.
base::result<scenario::target> target_of(measure_options const& o) {
  constexpr std::size_t accounts = 16;
  return o.what == "cost" && o.target == "embedded" ? embedded_process(o.defect, o.latitudes, accounts)
                                                    : find_target({o.target, o.defect, accounts, false, o.latitudes});
}

int run_measure(measure_options const& o) {
  auto const requirements = data().requirements();
  if (!requirements) return complain(requirements.error());
  if (auto const can = can_be_written(o.json.empty() ? "-" : o.json); !can) return complain(can.error());
  run_timeout const clock(o.timeout);
  auto const& interrupted = clock.interrupted();
  if (o.what == "rig") return run_calibration(interrupted);
  bool const costs = o.what == "cost";
  using growing_inputs = std::vector<stress::growing_input>;
  auto const inputs = costs ? chosen_inputs(o.inputs) : base::result<growing_inputs>(growing_inputs());
  if (!inputs) return complain(inputs.error());
  auto const t = target_of(o);
  if (!t) return complain(t.error().text);
  if (costs && !t->ours && !o.allow_destructive)
    return complain(fmt::format(
        "this attacks {}, which mailrig has not started; --allow-destructive does it nevertheless", t->name));
  auto const mail = data().mail();
  base::limits limits;
  limits.scenario = std::chrono::hours(24);            // --samples and --timeout bound it
  if (!costs) limits.step = std::chrono::seconds(20);  // some servers let a refused login wait
  auto const a = stress::arena::enter(*t, mail, *requirements, limits);
  bool const shown = isatty(STDERR_FILENO) != 0;
  auto tell = [&](std::string const& what, std::size_t n) {
    if (shown) std::cerr << (what.empty() ? "\r\033[K" : fmt::format("\r\033[K{} {}", what, n)) << std::flush;
  };
  auto const got = !a                       ? base::result<measured>(a.error())
                   : costs                  ? measure_costs(*a, *inputs, o.takes, o.allow_destructive, tell)
                   : o.what == "visibility" ? visibility(*a, o, tell)
                   : o.what == "resync"     ? resync(*a, o, tell)
                                            : lock(*a, o, tell);
  if (shown) std::cerr << "\r\033[K";
  if (!got && !interrupted) return complain(got.error(), inconclusive);
  auto const done = got ? *got : measured{json::array(), inconclusive};
  return hand_over(o, {{"target", t->name}, {"version", t->version}, {"rows", done.rows}}, done.code, interrupted);
}

void declare(options& c, invocation& to) {
  auto o = std::make_shared<measure_options>();
  c.add_option("what", o->what,
               "visibility: until another device is told of a change; lock: until a maildrop is free again; resync: "
               "what it takes to be in step again after changes while a device was away; cost: what ever larger "
               "questions cost the server; rig: how much load this machine can generate")
      .required()
      .one_of({"visibility", "lock", "resync", "cost", "rig"});
  add_server(c, o->target, o->defect, o->latitudes);
  c.add_option("--samples", o->samples, "of each row").within(1, 100000).shows_default();
  c.add_option("--contenders", o->contenders, "lock: sessions that want the maildrop at the same time")
      .within(1, 1000)
      .shows_default();
  c.add_option("--messages", o->messages, "resync: in the mailbox").within(1, 100000).shows_default();
  c.add_option("--changes", o->changes,
               "resync: while the device is away, 0, 10, 100 ... up to this many, no more than there are messages")
      .within(0, 100000)
      .shows_default();
  c.add_option("--input", o->inputs, "cost: only this one of the inputs that there are; repeatable").one_at_a_time();
  c.add_option("--pair", o->pairs,
               "visibility: WRITER:READER, endpoints of the target where it is done and where it is told; repeatable; "
               "without it all pairs of them")
      .one_at_a_time();
  c.add_option("--takes", o->takes, "cost: of each size").within(2, 100).shows_default();
  c.add_option("--json", o->json, "file to write too");
  add_timeout(c, o->timeout);
  add_destructive(c, o->allow_destructive);
  c.footer(
      "Examples:\n  mailrig measure visibility --target dovecot\n  mailrig measure lock --target dovecot --json "
      "lock.json\n  mailrig measure resync --target dovecot --messages 5000 --changes 500\n  mailrig measure cost "
      "--target dovecot --input search-nots\n\nExit codes: 0 measured, 1 the maildrop's lock was broken, a device was "
      "told "
      "otherwise by one way than by another, or a cost grows faster than it may, 3 interrupted, nothing could be "
      "measured, or a file not be written; 4 usage.");
  acts(c, to, o, run_measure);
}

command const this_command{"measure", 70, "Measures what devices on one account wait for", declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::measure_command
