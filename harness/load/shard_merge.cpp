// shard_merge: see shard_merge.hpp.
#include "load/shard_merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "load/assembly.hpp"

namespace mailrig::load {
namespace {

/// Why they are not the parts of one run; empty: they are.
std::string no_whole(std::vector<load_record> const& parts) {
  if (parts.empty()) return "there is no report of a shard";
  auto const& first = parts.front();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto const& p = parts[i];
    if (p.part.of != first.part.of) return fmt::format("one is a shard of {}, another of {}", first.part.of, p.part.of);
    if (p.plan != first.plan)
      return fmt::format("shard {} and shard {} played different plans ({:.12} and {:.12})", first.part.number,
                         p.part.number, first.plan, p.plan);
    if (i > 0 && p.part.number == parts[i - 1].part.number)
      return fmt::format("shard {} is there twice", p.part.number);
  }
  return {};
}

/// Those that have nothing to tell, with why.
std::vector<lost_shard> lacking(std::vector<load_record> const& parts, std::vector<lost_shard> const& known) {
  std::vector<lost_shard> out;
  for (unsigned n = 1; n <= parts.front().part.of; ++n) {
    if (std::ranges::any_of(parts, [n](auto const& p) { return p.part.number == n; })) continue;
    auto const told = std::ranges::find(known, n, &lost_shard::number);
    out.push_back({n, told == known.end() ? "its report is lacking" : told->why});
  }
  return out;
}

shard_account account_of(load_record const& p) {
  shard_account out;
  out.number = p.part.number;
  out.grade = p.rig.grade;
  out.reasons = p.rig.reasons;
  out.operations = p.figures.operations();
  out.measured = p.measured;
  out.host = p.host;
  out.clock_offset = p.clock_offset;
  out.clock_within = p.clock_within;
  return out;
}

void add_seconds(load_record& sum, std::vector<load_record> const& parts) {
  std::map<std::int64_t, series_row> rows;
  for (auto const& p : parts)
    for (auto const& row : p.seconds) {
      auto const [at, first] = rows.try_emplace(row.second, row);
      if (!first) at->second.merge(row);
    }
  outage_watch watch;
  reconnection_watch returns;
  sum.seconds.clear();
  sum.connections_max = 0;
  for (auto& [second, row] : rows) {
    row.tell_times();
    auto const outline = row.outline();
    watch.take(outline);
    returns.take(outline);
    sum.connections_max = std::max(sum.connections_max, row.devices.connections);
    sum.seconds.push_back(std::move(row));
  }
  sum.outages = watch.end();
  sum.reconnections = returns.end();
}

/// What is counted in one place only, or by all of them alike.
void add_part(load_record& sum, load_record& p) {
  sum.figures.merge(p.figures);
  for (auto& f : p.findings) add_finding(sum.findings, f);
  sum.findings_dropped += p.findings_dropped;
  sum.asked.merge(p.asked);
  add_rows(sum.endpoints, p.endpoints);
  sum.turned_away += p.turned_away;
  sum.threads += p.threads;
  sum.processes += p.processes;
  sum.cpu += p.cpu;
  sum.segments.merge(p.segments);
  sum.own_memory += p.own_memory;
  sum.measured = std::max(sum.measured, p.measured);
  sum.busiest_thread = std::max(sum.busiest_thread, p.busiest_thread);
  sum.steal = std::max(sum.steal, p.steal);
  sum.stall_max = std::max(sum.stall_max, p.stall_max);
  sum.interrupted = sum.interrupted || p.interrupted;
  if (sum.trouble.empty()) sum.trouble = p.trouble;
  if (sum.server_seen.empty()) sum.server_seen = p.server_seen, sum.server_memory_is = p.server_memory_is;
  sum.server_cpu = std::max(sum.server_cpu, p.server_cpu);
  sum.server_memory = std::max(sum.server_memory, p.server_memory);
}

/// The sum is no better than its parts. A part that had nothing to do says nothing.
void grade_sum(load_record& sum, std::vector<lost_shard> const& lost, bool tolerated) {
  for (auto const& s : sum.shards)
    if (!s.lost && s.grade != validity::valid && s.operations > 0)
      sum.rig.note(s.grade, fmt::format("shard {}: {}", s.number, s.reasons.empty() ? "" : s.reasons.front()));
  for (auto const& l : lost)
    sum.rig.note(tolerated ? validity::degraded : validity::invalid,
                 fmt::format("shard {} of {} is lost: {}", l.number, sum.shards.size(), l.why));
}

std::vector<slo> slos_of(load_record const& r) {
  std::vector<slo> out;
  for (auto const& v : r.slos)
    if (auto one = read_slo(v.text)) {
      one->asked = v.asked;
      out.push_back(std::move(*one));
    }
  return out;
}

}  // namespace

void begin_sum(load_record& sum, load_record const& first) {
  sum.profile = first.profile, sum.title = first.title, sum.mode = first.mode;
  sum.target = first.target, sum.target_version = first.target_version;
  sum.command = first.command, sum.started = first.started, sum.plan = first.plan;
  sum.host = first.host, sum.environment = first.environment, sum.existing = first.existing;
  sum.plays_scenario = first.plays_scenario;
  sum.seed = first.seed, sum.users = first.users, sum.factor = first.factor;
  sum.ramp = first.ramp, sum.duration = first.duration;
}

base::result<load_record> merge_shards(std::vector<load_record> parts, merge_options const& o) {
  std::ranges::stable_sort(parts, {}, [](auto const& p) { return p.part.number; });
  if (auto const why = no_whole(parts); !why.empty()) return base::fault{0, "shards", why};
  if (parts.front().part.alone()) return std::move(parts.front());
  auto const lost = lacking(parts, o.lost);
  load_record sum;
  begin_sum(sum, parts.front());
  sum.threads = sum.processes = 0;
  auto const slos = o.slos.empty() ? slos_of(parts.front()) : o.slos;
  for (auto& p : parts) {
    sum.shards.push_back(account_of(p));
    add_part(sum, p);
  }
  for (auto const& l : lost) {
    shard_account gone;
    gone.number = l.number, gone.lost = true, gone.why = l.why, gone.grade = validity::invalid;
    sum.shards.push_back(std::move(gone));
  }
  std::ranges::sort(sum.shards, {}, &shard_account::number);
  add_seconds(sum, parts);
  judge_record(sum, slos);
  grade_sum(sum, lost, o.tolerate_lost);
  return sum;
}

}  // namespace mailrig::load
