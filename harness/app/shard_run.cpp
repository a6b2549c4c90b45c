// shard_run: see shard_run.hpp.
#include "app/shard_run.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>

#include "app/data.hpp"
#include "app/load_exit.hpp"
#include "app/options.hpp"
#include "base/file.hpp"
#include "base/run_end.hpp"
#include "base/text.hpp"
#include "load/exchange.hpp"
#include "load/machine.hpp"
#include "load/shard_merge.hpp"
#include "net/digest.hpp"
#include "report/load_json.hpp"
#include "report/load_reading.hpp"

namespace mailrig::app {
namespace {

using nlohmann::json;

constexpr std::string_view place_holder = "{shard}";
constexpr std::size_t shortest_rendezvous_token = 16;

std::string numbered(std::string text, load::shard const& place) {
  for (auto at = text.find(place_holder); at != text.npos; at = text.find(place_holder))
    text.replace(at, place_holder.size(), std::to_string(place.number));
  return text;
}

/// The run of this process ends as if it were interrupted, with these words.
void end_this_run(std::string const& why) {
  if (base::run_end::flag()) return;
  base::run_end::time_words() = why;
  base::run_end::by_time() = true;
  base::run_end::flag() = true;
  base::run_end::flag().notify_all();
}

std::string text_of_played(load_options const& o, load_setup const& s) {
  std::filesystem::path file = s.behaviour ? std::filesystem::path(o.profile) : s.who.file;
  std::error_code none;
  if (s.behaviour && !std::filesystem::is_regular_file(file, none)) file = data().file("scenarios", o.profile);
  auto text = base::read_file(file);
  return text ? std::move(*text) : std::string();
}

json address_of(std::optional<session::access> const& a) {
  return a ? json{a->at.host, a->at.port, a->implicit_tls, a->upgrade} : json();
}

}  // namespace

base::result<load::shard> shard_of(load_options const& o) {
  return load::read_shard(o.shard, o.no_shard, [](char const* name) -> char const* { return std::getenv(name); });
}

bool meets(load_options const& o, load::shard const& place) { return !o.rendezvous.empty() && !place.alone(); }

void add_shard_options(options& c, load_options& o) {
  c.add_option("--shard", o.shard,
               "I/N: this process is one of N generators of the plan, the first being 1/N; without it as Slurm, a "
               "Kubernetes Indexed Job (with $MAILRIG_SHARDS) or MPI says");
  c.add_flag("--no-shard", o.no_shard, "whatever those say, this process plays the whole plan");
  c.add_option("--rendezvous", o.rendezvous,
               "where shards meet: HOST:PORT of the first, or a folder that all share; beyond this machine "
               "$MAILRIG_RENDEZVOUS_TOKEN must be the same for all");
  c.add_option("--rendezvous-timeout", o.rendezvous_timeout, "for all to come; later, for one to be heard of")
      .time()
      .shows_default();
  c.add_flag("--tolerate-lost", o.tolerate_lost, "a shard that is lost does not make the run INVALID");
}

shard_reports shared_reports(load_options const& o, load::shard const& place) {
  shard_reports out;
  for (auto const& spec : o.reports) {
    bool const own = spec.find(place_holder) != spec.npos || !meets(o, place);
    if (own)
      out.own.push_back(numbered(spec, place));
    else if (place.leads())
      out.sum.push_back(spec);
  }
  return out;
}

std::string plan_digest(load_options const& o, load_setup const& s) {
  auto const& p = s.plan;
  json accounts = json::array(), slos = json::array(), times = json::array();
  for (std::size_t i = 0; i < std::min(p.users, s.where.accounts.size()); ++i)
    accounts.push_back(s.where.accounts[i].user);
  for (auto const& one : s.run.slos) slos.push_back(one.text);
  for (auto const& t : p.times) times.push_back(t.count());
  json const all = {{"plays", text_of_played(o, s)},
                    {"users", p.users},
                    {"concurrency", p.concurrency},
                    {"factor", p.factor},
                    {"rate", o.rate},
                    {"arrivals", int(p.arrivals)},
                    {"times", times},
                    {"day", p.whole_day},
                    {"times_ns", {p.ramp.count(), p.duration.count(), p.patience.count()}},
                    {"seed", p.seed},
                    {"judge", p.judge},
                    {"slos", slos},
                    {"imap", address_of(s.where.imap)},
                    {"pop3", address_of(s.where.pop3)},
                    {"accounts", accounts}};
  return net::hex(net::sha256(all.dump(-1, ' ', false, json::error_handler_t::replace)));
}

void tell_place(load::shard const& place) {
  if (!place.alone()) std::cerr << fmt::format("mailrig: shard {} of {} ({})\n", place.number, place.of, place.told_by);
}

base::result<std::unique_ptr<shard_run>> shard_run::meet(load_options const& o, load_setup const& s,
                                                         std::atomic<bool> const& interrupted) {
  load::rendezvous_terms terms;
  terms.self = s.plan.ours;
  terms.version = MAILRIG_VERSION;
  terms.plan = s.digest;
  char const* const token = std::getenv("MAILRIG_RENDEZVOUS_TOKEN");
  terms.token = token ? token : "";
  terms.host = load::host_name();
  terms.timeout = base::read_duration(o.rendezvous_timeout).value_or(terms.timeout);
  terms.tolerate_lost = o.tolerate_lost;
  if (load::is_open_to_others(o.rendezvous) && terms.token.size() < shortest_rendezvous_token)
    return base::fault{0, "--rendezvous",
                       fmt::format("--rendezvous {}: others than this machine can come there: set "
                                   "MAILRIG_RENDEZVOUS_TOKEN, the same for all shards, {} characters at least",
                                   o.rendezvous, shortest_rendezvous_token)};
  std::unique_ptr<shard_run> out(new shard_run(o, terms.self));
  out->slos_ = s.run.slos;
  auto& self = *out;
  auto met = load::meeting::open(
      terms, o.rendezvous,
      {[](std::string const& why) { end_this_run(why); }, [&self](json const& second) { self.heard_second(second); },
       [&self](std::size_t n) { self.lost(n); }},
      interrupted);
  if (!met) return met.error();
  out->meeting_ = std::move(*met);
  if (!out->leads()) return out;
  auto const here = out->meeting_->gather();
  if (!here) return here.error();
  std::cerr << fmt::format("mailrig: {} of {} shards are here\n", *here, terms.self.of);
  return out;
}

shard_run::~shard_run() {
  if (!finished_ && meeting_) meeting_->abort("it ended before its time");
  meeting_.reset();
}

void shard_run::announce(json const& round) { meeting_->begin_round(round); }

base::result<std::optional<json>> shard_run::next() { return meeting_->order(); }

void shard_run::join(load::run_options& o,
                     std::function<void(load::series_row const&, load::load_record const&)> listener) {
  o.begins = [this](base::duration lead) { return meeting_->start(lead); };
  if (!leads()) {
    o.intervals = [this](load::interval const& second) { meeting_->tell_interval(load::to_json(second)); };
    o.listener = nullptr;
    return;
  }
  auto view = std::make_shared<load::sum_view>(place_.of - meeting_->lost().size(), slos_, std::move(listener));
  o.intervals = [view](load::interval const& second) {
    load::interval copy;
    copy.second = second.second;
    copy.merge(second);
    view->take(std::move(copy));
  };
  o.listener = [view](load::series_row const& row, load::load_record const& so_far) { view->know(row, so_far); };
  std::lock_guard const lock(mutex_);
  view_ = std::move(view);
}

void shard_run::heard_second(json const& second) {
  std::shared_ptr<load::sum_view> view;
  {
    std::lock_guard const lock(mutex_);
    view = view_;
  }
  if (!view) return;
  try {
    view->take(load::interval_of(second));
  } catch (json::exception const&) {
    // Its result is looked at more closely.
  }
}

void shard_run::lost(std::size_t how_many) {
  std::lock_guard const lock(mutex_);
  for (; view_ && how_many > 0; --how_many) view_->leave();
}

base::result<std::optional<load::load_record>> shard_run::result(load::load_record& own) {
  if (auto const clock = meeting_->clock()) own.clock_offset = clock->offset, own.clock_within = clock->within;
  own.exit_code = load_exit_code(own);
  auto const as_json = report::load_json(own, own.seconds, true);
  if (leads()) return sum_with(as_json);
  meeting_->tell_result(as_json);
  return std::optional<load::load_record>();
}

base::result<std::optional<load::load_record>> shard_run::sum_with(json const& own) {
  auto told = meeting_->results();
  {
    std::shared_ptr<load::sum_view> view;
    {
      std::lock_guard const lock(mutex_);
      view = std::exchange(view_, nullptr);
    }
    if (view) view->end();
  }
  load::merge_options how;
  how.tolerate_lost = options_.tolerate_lost;
  how.slos = slos_;
  how.lost = meeting_->lost();
  std::vector<load::load_record> parts;
  // As the others' are, through their text: so it is what a sum of the reports comes to.
  if (auto mine = report::read_load_json(own, "shard 1"); mine) parts.push_back(std::move(*mine));
  for (auto const& [number, j] : told) {
    auto part = report::read_load_json(j, fmt::format("shard {}", number));
    if (!part || part->part.number != number) {
      how.lost.push_back({number, part ? "it told the result of another" : part.error().text});
      continue;
    }
    parts.push_back(std::move(*part));
  }
  auto sum = load::merge_shards(std::move(parts), how);
  if (!sum) return sum.error();
  return std::optional(std::move(*sum));
}

void shard_run::finish(int code) {
  finished_ = true;
  meeting_->finish({{"exit_code", code}});
}

base::result<int> shard_run::verdict() {
  auto const told = meeting_->verdict();
  finished_ = true;
  if (!told) return told.error();
  auto const code = told->is_object() ? told->value("exit_code", json()) : json();
  if (!code.is_number_integer()) return base::fault{0, "--rendezvous", "the first shard told no exit code"};
  return code.get<int>();
}

}  // namespace mailrig::app
