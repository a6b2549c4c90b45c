// load_setup: see load_setup.hpp.
#include "app/load_setup.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <thread>

#include "app/data.hpp"
#include "app/own_version.hpp"
#include "app/run_timeout.hpp"
#include "app/shard_run.hpp"
#include "app/target_choice.hpp"
#include "base/text.hpp"
#include "load/prepare.hpp"
#include "net/endpoint.hpp"
#include "net/loop.hpp"
#include "scenario/claims.hpp"
#include "scenario/offer.hpp"
#include "scenario/script.hpp"
#include "session/endpoint_list.hpp"

namespace mailrig::app {

base::result<load::profile> find_profile(std::string const& name) {
  std::filesystem::path const file(name);
  std::error_code none;
  if (file.extension() == ".toml" || std::filesystem::is_regular_file(file, none)) return load::read_profile(file);
  auto const all = data().profiles();
  if (!all) return all.error();
  std::string names;
  for (auto const& p : *all) {
    if (p.name == name) return p;
    names += (names.empty() ? "" : ", ") + p.name;
  }
  return base::fault{0, "profile", fmt::format("'{}' is neither a file nor one of: {}", name, names)};
}

namespace {

/// A file, or a scenario of ours by its path below scenarios/.
base::result<scenario::script> find_scenario(std::string const& name) {
  std::filesystem::path file(name);
  std::error_code none;
  if (!std::filesystem::is_regular_file(file, none)) file = data().file("scenarios", name);
  auto const text = scenario::read_file(file);
  if (!text) return text.error();
  return scenario::read_script(*text, file.string(), file.stem().string());
}

base::result<base::duration> time_option(char const* option, std::string const& text) {
  auto const d = base::read_duration(text);
  if (!d) return base::fault{0, option, fmt::format("{} takes a time, e.g. 30s or 10m, not '{}'", option, text)};
  return *d;
}

base::result<void> read_times(load_options const& o, load::plan& p) {
  for (auto [option, text, to] : {std::tuple{"--duration", &o.duration, &p.duration},
                                  {"--ramp", &o.ramp, &p.ramp},
                                  {"--patience", &o.patience, &p.patience}}) {
    auto const d = time_option(option, *text);
    if (!d) return d.error();
    *to = *d;
  }
  if (p.patience < std::chrono::milliseconds(10)) return base::fault{0, "--patience", "--patience is 10ms at least"};
  if (p.duration < std::chrono::milliseconds(100)) return base::fault{0, "--duration", "--duration is 100ms at least"};
  return {};
}

base::result<void> read_arrivals(load_options const& o, load::plan& p) {
  if (!o.rate.empty()) {
    auto stages = load::read_rate(o.rate, p.duration);
    if (!stages) return stages.error();
    p.sessions = std::move(*stages);
  }
  p.arrivals = o.arrivals == "constant" ? load::pace::constant : load::pace::poisson;
  if (o.arrivals == "constant" || o.arrivals == "poisson") return {};
  auto const text = scenario::read_file(o.arrivals);
  if (!text)
    return base::fault{0, "--arrivals",
                       fmt::format("--arrivals is constant, poisson or a file of times; {}", text.error().text)};
  auto list = load::read_times(*text);
  if (!list) return base::fault{0, "--arrivals", fmt::format("{}: {}", o.arrivals, list.error().text)};
  p.times = std::move(*list);
  return {};
}

base::result<void> read_slos(load_options const& o, load::profile const& who, std::vector<load::slo>& out) {
  // A run in which nothing works is no success, whoever forgot to say so.
  std::vector<std::string> const least{"errors < 1%"};
  for (auto const& text : !o.slos.empty() ? o.slos : !who.slos.empty() ? who.slos : least) {
    auto one = load::read_slo(text);
    if (!one) return one.error();
    one->asked = !o.slos.empty();
    out.push_back(std::move(*one));
  }
  return {};
}

}  // namespace

void bound_limits(base::limits& limits, load::profile const& who) {
  auto const most = std::max(who.sizes.most, load::fill_of(who).sizes.most());
  auto const largest = std::size_t(std::min<std::uint64_t>(most, 64u << 20));
  limits.findings = 50;
  limits.mailbox_messages = std::max<std::size_t>(1u << 20, 2 * load::fill_of(who).messages);
  limits.literal_octets = std::max<std::size_t>(8u << 20, largest + 65536);
  limits.response_octets = limits.literal_octets + (4u << 20);
}

namespace {

base::result<void> set_traces(load_options const& o, load::plan& p) {
  p.trace = o.trace;
  p.trace_budget = limited_traces(o.trace_limit / std::max(1u, o.worker_of));
  std::error_code error;
  if (!o.trace.empty()) std::filesystem::create_directories(o.trace, error);
  if (error) return base::fault{0, "--trace", fmt::format("{}: {}", o.trace, error.message())};
  return {};
}

std::string mode_of(load::plan const& p, load_options const& o) {
  if (p.concurrency > 0) return fmt::format("closed loop of {} sessions", p.concurrency);
  if (!p.times.empty())
    return fmt::format("{} sessions at the times of {}, {} users", p.times.size(), o.arrivals, p.users);
  if (!p.sessions.empty()) return fmt::format("sessions at {} ({}), {} users", o.rate, o.arrivals, p.users);
  return fmt::format("{} users{}", p.users, p.factor != 1 ? fmt::format(", {:.0f} % of the load", p.factor * 100) : "");
}

/// As the command line has it, instead of the target's file.
base::result<void> set_policy(std::string const& said, scenario::target& t) {
  if (said.empty()) return {};
  if (std::max(t.imap_endpoints.all.size(), t.pop3_endpoints.all.size()) < 2)
    return base::fault{0, "--policy",
                       fmt::format("--policy {}: {} has one endpoint, and nothing to choose", said, t.name)};
  t.imap_endpoints.policy = t.pop3_endpoints.policy = *session::endpoint_policy_named(said);
  return {};
}

base::result<scenario::target> find(load_options const& o, load::profile const& who, std::size_t users) {
  if (o.existing && o.profile.ends_with(".scn"))
    return base::fault{0, "--existing", "a scenario puts in the mail that it needs by itself"};
  if (o.worker_of > 0 && !o.worker_target.empty()) return scenario::read_target(o.worker_target);
  bool const large = who.fill.has_value();
  auto t = find_target({.name = o.target,
                        .defect = o.defect,
                        .accounts = users,
                        .latitudes = o.latitudes,
                        .quota = large ? filled_quota : 0});
  if (!t) return t;
  if (t->accounts.size() < users)
    return base::fault{0, "--users",
                       fmt::format("{} users need as many accounts; {} has {}", users, t->name, t->accounts.size())};
  if (auto const set = set_policy(o.policy, *t); !set) return set.error();
  return t;
}

/// What several generators can play together.
base::result<void> suits_shards(load_options const& o, load::plan const& p) {
  if (p.ours.alone()) return {};
  auto const parts = p.concurrency > 0 ? std::min(p.concurrency, p.users) : p.users;
  if (parts < p.ours.of)
    return base::fault{
        0, "--shard",
        fmt::format("{} shards need as many users at least, not {}: give more --users", p.ours.of, parts)};
  if (o.worker_of == 0 && !is_running_server(o.target))
    return base::fault{0, "--target",
                       "shards need a server that runs already and that all of them reach: --target names its URL or "
                       "target file (--no-shard where this process is to be alone)"};
  return {};
}

base::result<void> fits(load::profile const& who, scenario::target const& t) {
  for (auto const& d : who.devices) {
    if (d.proto == history::protocol::imap && !t.imap)
      return base::fault{0, "target", fmt::format("device '{}' speaks IMAP, and {} has no [imap]", d.name, t.name)};
    if (who.arrivals_per_day > 0 && !t.imap && t.how != scenario::delivery::lmtp)
      return base::fault{0, "target",
                         "new mail comes by APPEND or LMTP: the target needs [imap], or [delivery] with lmtp"};
    if (d.proto == history::protocol::pop3 && !t.pop3)
      return base::fault{0, "target", fmt::format("device '{}' speaks POP3, and {} has no [pop3]", d.name, t.name)};
  }
  return {};
}

/// Where the server's own figures come from; nothing where it is neither here nor named.
base::result<std::optional<load::server_watch>> watch_server(load_options const& o, scenario::target const& t) {
  std::optional<load::server_watch> out;
  if (int(!o.node.empty()) + int(!o.cgroup.empty()) + int(!o.server_pid.empty()) > 1)
    return base::fault{0, "--node",
                       "of --node, --cgroup and --server-pid one says where the server's figures come from"};
  if (!o.node.empty() || !o.cgroup.empty() || !o.server_pid.empty()) {
    auto watch = !o.node.empty()     ? load::server_watch::of_node(o.node)
                 : !o.cgroup.empty() ? load::server_watch::of_cgroup(o.cgroup)
                                     : load::server_watch::of_pid(o.server_pid);
    if (!watch) return watch.error();
    out = std::move(*watch);
  } else if (auto const& any = t.imap ? t.imap : t.pop3; any && net::is_loopback(any->at.host)) {
    out = load::server_watch::of_listener(any->at.port);
  }
  return out;
}

/// The scenario or the profile that is named.
base::result<void> find_behaviour(load_options const& o, load_setup& to) {
  if (o.profile.ends_with(".scn")) {
    auto script = find_scenario(o.profile);
    if (!script) return script.error();
    to.behaviour = std::move(*script);
    if (o.rate.empty() && o.concurrency == 0 && (o.arrivals == "poisson" || o.arrivals == "constant"))
      return base::fault{0, "--rate",
                         "a scenario is played at a --rate, at the times of --arrivals FILE, or by --concurrency"};
    if (!o.trace.empty())
      return base::fault{0, "--trace", "a scenario's events are written by `mailrig check --trace`, not by load"};
    if (o.processes > 1) return base::fault{0, "--processes", "a scenario is played by threads: leave --processes out"};
  } else {
    auto who = find_profile(o.profile);
    if (!who) return who.error();
    to.who = std::move(*who);
  }
  return {};
}

}  // namespace

/// A worker process knows nothing of what the first one was told, and says nothing of it.
void load_setup::get_acquainted(load_options const& o) {
  bool const by_pop3 =
      std::ranges::any_of(who.devices, [](auto const& d) { return d.proto == history::protocol::pop3; });
  if (o.worker_of == 0)
    run.around = load::describe_environment(plan, own_version(), o.existing);
  else if (by_pop3)
    load::learn_login_delay(where);
}

base::result<std::unique_ptr<load_setup>> load_setup::make(load_options const& o) {
  auto out = std::make_unique<load_setup>();
  if (auto const found = find_behaviour(o, *out); !found) return found.error();
  auto& p = out->plan;
  p.users = o.users > 0 ? o.users : std::max<std::size_t>(o.concurrency, 100);
  p.concurrency = o.concurrency;
  p.factor = o.factor;
  p.seed = o.seed;
  p.whole_day = o.day;
  p.threads = o.threads > 0 ? o.threads : std::max(1u, std::thread::hardware_concurrency());
  auto place = shard_of(o);
  if (!place) return place.error();
  p.ours = std::move(*place);
  if (auto const suits = suits_shards(o, p); !suits) return suits.error();
  p.threads = unsigned(std::min<std::size_t>(p.threads, std::max<std::size_t>(1, p.users / p.ours.of)));
  p.mine = {o.worker, std::max(1u, o.worker_of)};
  p.judge = !o.no_judge;
  p.sources = o.sources;
  bound_limits(p.limits, out->who);
  for (auto const& done :
       {read_times(o, p), read_arrivals(o, p), read_slos(o, out->who, out->run.slos), set_traces(o, p)})
    if (!done) return done.error();
  if (o.concurrency > 0 && (!o.rate.empty() || !p.times.empty()))
    return base::fault{0, "--concurrency", "a closed loop (--concurrency) has no --rate and no --arrivals"};
  auto where = find(o, out->who, p.users);
  if (!where) return where.error();
  out->where = std::move(*where);
  if (auto const ok = fits(out->who, out->where); !ok) return ok.error();
  if (out->where.imap && out->where.prefix.empty()) {
    net::loop l;
    if (auto const o = scenario::probe(l, out->where, net::tls_context::client(out->where.tls)))
      out->where.prefix = o->prefix;
  }
  auto requirements = data().requirements();
  if (!requirements) return requirements.error();
  out->requirements = std::move(*requirements);
  if (out->behaviour)
    if (auto const known = scenario::known_claims({*out->behaviour}, out->requirements); !known) return known.error();
  p.who = out->behaviour ? nullptr : &out->who;
  p.where = &out->where;
  p.requirements = &out->requirements;
  auto watch = watch_server(o, out->where);
  if (!watch) return watch.error();
  out->run.server = std::move(*watch);
  out->get_acquainted(o);
  out->mode = mode_of(p, o);
  out->digest = plan_digest(o, *out);
  out->may_empty = o.allow_destructive, out->as_it_is = o.existing;
  return out;
}

base::result<void> load_setup::prepare(std::size_t from, std::size_t to, std::atomic<bool> const& interrupted) {
  if (behaviour) return {};
  if (as_it_is) return look_at_mail(from, to, interrupted);
  load::preparation how;
  how.may_empty = may_empty;
  bool const shown = isatty(STDERR_FILENO) != 0;
  if (shown)
    how.progress = [](std::size_t done, std::size_t all) {
      std::cerr << fmt::format("\r\033[Kpreparing accounts: {}/{}", done, all) << std::flush;
    };
  if (shown) how.filling = [](load::fill_progress const& p) { show_filling(p, "put"); };
  auto const out = load::prepare(plan, from, to, how, interrupted);
  if (shown) std::cerr << "\r\033[K" << std::flush;
  return out;
}

base::result<void> load_setup::look_at_mail(std::size_t from, std::size_t to, std::atomic<bool> const& interrupted) {
  if (from >= to) return {};
  auto const found = load::look_at_existing(plan, from, to, may_empty || where.ours, interrupted);
  if (!found) return found.error();
  if (!existing) existing.emplace();
  existing->add(*found);
  std::cerr << "mailrig: as it lies there: " << load::in_words(*existing) << '\n';
  return {};
}

void load_setup::clean_up() const {
  if (where.ours || behaviour || as_it_is) return;
  load::preparation how;
  how.may_empty = may_empty;
  if (auto const done = load::clean_up(plan, plan.users, how); !done)
    std::cerr << "mailrig: cleaning up: " << done.error().text << '\n';
}

void show_filling(load::fill_progress const& p, char const* verb) {
  auto const seconds = double(p.passed.count()) / 1e9;
  auto const rate = seconds > 0 ? double(p.messages) / seconds : 0;
  // Accounts that nobody has looked at are taken for like the others.
  auto const all = p.looked > 0 ? double(p.missing) * double(p.accounts) / double(p.looked) : 0;
  std::string left;
  if (rate > 0 && all > double(p.messages))
    left = fmt::format(", {} left",
                       load::written(base::duration(std::int64_t((all - double(p.messages)) / rate) * 1'000'000'000)));
  std::cerr << fmt::format("\r\033[K{} {} messages{}, {:.1f} MB, {:.0f}/s, {}/{} accounts{}", verb, p.messages,
                           all > 0 ? fmt::format(" of {:.0f}", all) : "", double(p.octets) / 1e6, rate, p.looked,
                           p.accounts, left)
            << std::flush;
}

load_view::load_view(load_options const& o) : shown_(isatty(STDERR_FILENO) != 0 && o.worker_of == 0) {
  auto const d = base::read_duration(o.duration), r = base::read_duration(o.ramp);
  length_ = double((d.value_or(base::duration{}) + r.value_or(base::duration{})).count()) / 1e9;
}

void load_view::show(load::series_row const& row, load::load_record const& so_far) {
  if (!shown_) return;
  auto ms = [](std::uint64_t ns) { return double(ns) / 1e6; };
  std::string out;
  if (lines_ > 0) out += fmt::format("\033[{}F", lines_);
  lines_ = 0;
  auto line = [&](std::string const& text) { out += "\033[K" + text + "\n", ++lines_; };
  auto const& d = row.devices;
  line(fmt::format("{:>4} of {:.0f} s{}   {} operations/s   {} failed ({} refused)   {} late   {} findings",
                   row.second + 1, length_, double(row.second) < so_far.ramp ? " (ramp)" : "", row.done, row.failed,
                   row.refused, row.late, row.findings));
  line(fmt::format("response  p50 {:.2f} ms   p95 {:.2f} ms   p99 {:.2f} ms   max {:.2f} ms", ms(row.p50), ms(row.p95),
                   ms(row.p99), ms(row.max)));
  line(fmt::format("devices   {} away   {} connecting   {} waiting   {} thinking   {} idle   ({} connections)", d.away,
                   d.connecting, d.waiting, d.thinking, d.idle, d.connections));
  line(fmt::format("rig       {:.2f} cores   lateness {:.2f} ms   stall {:.2f} ms   steal {:.1f} %{}", row.own_cpu,
                   ms(row.dispatch_max), ms(row.stall_max), row.steal * 100,
                   so_far.server_seen.empty() ? ""
                                              : fmt::format("   server {:.2f} cores, {:.0f} MB", row.server_cpu,
                                                            double(row.server_memory) / 1e6)));
  for (auto const& o : so_far.outages)
    line(fmt::format("outage    {} from {:.1f} s{}", o.kind, o.from, o.over ? fmt::format(" to {:.1f} s", o.to) : ""));
  if (!so_far.reconnections.empty()) {
    auto const& r = so_far.reconnections.back();
    line(fmt::format("devices   {} lost their connection from {:.1f} s on{}", r.devices, r.from,
                     r.over ? fmt::format(", all back after {:.1f} s", r.took()) : ", not all are back"));
  }
  std::vector<std::pair<std::uint64_t, std::string>> busy;
  for (auto const& [name, k] : row.kinds) busy.emplace_back(k.done + k.failed + k.late, name);
  std::ranges::sort(busy, std::greater<>());
  for (std::size_t i = 0; i < std::min<std::size_t>(busy.size(), 8); ++i) {
    auto const& k = row.kinds.at(busy[i].second);
    line(fmt::format("  {:18} {:>7}/s   p50 {:>9.2f} ms   p99 {:>9.2f} ms   {} failed", busy[i].second, k.done,
                     ms(k.p50), ms(k.p99), k.failed));
  }
  std::cerr << out << "\033[J" << std::flush;
}

void load_view::end() {
  if (shown_ && lines_ > 0) std::cerr << fmt::format("\033[{}F\033[J", lines_) << std::flush;
}

}  // namespace mailrig::app
