// load_reading: see load_reading.hpp.
#include "report/load_reading.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "load/exchange.hpp"

namespace mailrig::report {
namespace {

using load::load_record;
using nlohmann::json;

[[noreturn]] void refuse(std::string const& why) { throw json::other_error::create(501, why, nullptr); }

template <class Value, class... Values>
Value named(std::string const& name, Value first, Values... others) {
  for (auto const v : {first, others...})
    if (name_of(v) == name) return v;
  refuse(fmt::format("'{}' is not known", name));
}

load::validity grade_named(std::string const& name) {
  return named(name, load::validity::valid, load::validity::degraded, load::validity::invalid);
}

history::finding read_finding(json j) {
  using history::level;
  using history::verdict;
  j["level"] = int(named(j.at("level").get<std::string>(), level::must, level::prose, level::should, level::may));
  j["verdict"] = int(named(j.at("verdict").get<std::string>(), verdict::skip, verdict::pass, verdict::info,
                           verdict::warn, verdict::unknown, verdict::fail, verdict::error));
  return load::finding_of(j);
}

load::series_row read_row(json const& j) {
  load::series_row out;
  out.second = j.at("second").get<std::int64_t>();
  for (auto const& [name, k] : j.at("kinds").items()) {
    auto& to = out.kinds[name];
    k.at("done").get_to(to.done), k.at("failed").get_to(to.failed), k.at("late").get_to(to.late);
    auto histogram = load::second_histogram::read(k.at("b").get<std::string>(), k.at("max_ns").get<std::uint64_t>());
    if (!histogram) refuse(fmt::format("second {}, {}: 'b' is no histogram", out.second, name));
    to.response = std::move(*histogram);
  }
  j.at("good").get_to(out.good), j.at("broken").get_to(out.broken), j.at("declined").get_to(out.declined);
  j.at("lost").get_to(out.lost), j.at("back").get_to(out.back), j.at("refused").get_to(out.refused);
  auto const& d = j.at("devices");
  d.at("away").get_to(out.devices.away), d.at("connecting").get_to(out.devices.connecting);
  d.at("waiting").get_to(out.devices.waiting), d.at("thinking").get_to(out.devices.thinking);
  d.at("idle").get_to(out.devices.idle), j.at("connections").get_to(out.devices.connections);
  j.at("octets_in").get_to(out.octets_in), j.at("octets_out").get_to(out.octets_out);
  j.at("findings").get_to(out.findings);
  j.at("dispatch_max_ns").get_to(out.dispatch_max), j.at("stall_max_ns").get_to(out.stall_max);
  j.at("own_cpu_cores").get_to(out.own_cpu), j.at("own_memory").get_to(out.own_memory);
  j.at("machine_cpu").get_to(out.machine_cpu), j.at("steal").get_to(out.steal);
  j.at("server_cpu_cores").get_to(out.server_cpu), j.at("server_memory").get_to(out.server_memory);
  j.at("server_read").get_to(out.server_read), j.at("server_written").get_to(out.server_written);
  out.tell_times();
  return out;
}

void read_clock(json const& j, std::optional<std::int64_t>& offset, std::int64_t& within) {
  if (!j.at("offset_ns").is_null()) offset = j["offset_ns"].get<std::int64_t>();
  j.at("within_ns").get_to(within);
}

void read_shards(json const& j, load_record& r) {
  auto const& part = j.at("shard");
  part.at("index").get_to(r.part.number), part.at("of").get_to(r.part.of);
  if (r.part.of < 1 || r.part.of > load::most_shards || r.part.number < 1 || r.part.number > r.part.of)
    refuse("'shard' is no shard of some");
  if (j.contains("clock")) read_clock(j["clock"], r.clock_offset, r.clock_within);
  if (!j.contains("shards")) return;
  for (auto const& s : j["shards"]) {
    load::shard_account a;
    s.at("shard").get_to(a.number), s.at("lost").get_to(a.lost), s.at("why").get_to(a.why);
    a.grade = grade_named(s.at("validity").get<std::string>());
    s.at("validity_reasons").get_to(a.reasons);
    s.at("operations").get_to(a.operations), s.at("measured_s").get_to(a.measured), s.at("host").get_to(a.host);
    read_clock(s.at("clock"), a.clock_offset, a.clock_within);
    r.shards.push_back(std::move(a));
  }
}

void read_offered(json const& j, load::offered& o) {
  j.at("sessions").get_to(o.sessions), j.at("deliveries").get_to(o.deliveries), j.at("acts").get_to(o.acts);
  auto const text = j.at("sum").get<std::string>();
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), o.sum, 16);
  if (error != std::errc() || end != text.data() + text.size()) refuse("'offered.sum' is no hexadecimal number");
}

void read_rig(json const& j, load_record& r) {
  j.at("cpu_s").get_to(r.cpu);
  r.cpu_each = r.figures.operations() > 0 ? r.cpu / double(r.figures.operations()) : 0;
  auto const segments = j.at("segments").get<std::array<std::uint64_t, 2>>();
  r.segments = {segments[0], segments[1], j.at("segments_known").get<bool>()};
  if (!j.at("retransmitted").is_null()) r.retransmitted = j["retransmitted"].get<double>();
  j.at("busiest_thread").get_to(r.busiest_thread), j.at("stall_max_ns").get_to(r.stall_max);
  j.at("steal").get_to(r.steal), j.at("memory").get_to(r.own_memory);
  j.at("connections_max").get_to(r.connections_max);
  j.at("sessions_planned").get_to(r.planned), j.at("turned_away").get_to(r.turned_away);
}

void read_slos(json const& j, load_record& r) {
  for (auto const& s : j) {
    load::slo_verdict v;
    s.at("slo").get_to(v.text), s.at("met").get_to(v.met), s.at("measured").get_to(v.measured);
    s.at("decided").get_to(v.decided), s.at("asked").get_to(v.asked), s.at("value").get_to(v.value);
    s.at("came").get_to(v.came);
    r.slos.push_back(std::move(v));
  }
}

void read_outages(json const& j, load_record& r) {
  for (auto const& o : j)
    r.outages.push_back({o.at("from_s").get<double>(), o.at("to_s").get<double>(), o.at("over").get<bool>(),
                         o.at("broken").get<std::uint64_t>(), o.at("lost").get<std::uint64_t>(),
                         o.at("kind").get<std::string>()});
}

void read_environment(json const& j, load::environment& e) {
  j.at("version").get_to(e.version), j.at("build").get_to(e.build), j.at("compiler").get_to(e.compiler);
  j.at("processor").get_to(e.processor), j.at("kernel").get_to(e.kernel), j.at("cores").get_to(e.cores);
  j.at("memory").get_to(e.memory), j.at("network").get_to(e.network), j.at("mailboxes").get_to(e.mailboxes);
  for (auto const& s : j.at("server"))
    e.server.push_back({s.at("protocol").get<std::string>(), s.at("greeting").get<std::string>(),
                        s.at("identification").get<std::string>(), s.at("tls").get<std::string>(),
                        s.at("mechanism").get<std::string>(), s.at("trouble").get<std::string>()});
}

void read_reconnections(json const& j, load_record& r) {
  for (auto const& o : j)
    r.reconnections.push_back({o.at("from_s").get<double>(), o.at("to_s").get<double>(), o.at("over").get<bool>(),
                               o.at("devices").get<std::uint64_t>(), o.at("most").get<std::uint64_t>()});
}

void read_endpoints(json const& j, load_record& r) {
  for (auto const& e : j) {
    if (!e.contains("histograms")) continue;  // not in reports of earlier versions: nothing that adds up
    auto const& counts = e.at("histograms");
    auto& row = r.endpoints.emplace_back();
    row.proto = e.at("protocol").get<std::string>() == "pop3" ? history::protocol::pop3 : history::protocol::imap;
    e.at("name").get_to(row.name), e.at("at").get_to(row.where), e.at("left").get_to(row.left);
    row.operations = load::figures_of(counts.at("operations"));
    row.connections = load::figures_of(counts.at("connections"));
  }
}

void read_header(json const& j, load_record& r) {
  j.at("profile").get_to(r.profile), j.at("title").get_to(r.title), j.at("target").get_to(r.target);
  j.at("target_version").get_to(r.target_version), j.at("command").get_to(r.command);
  j.at("started").get_to(r.started), j.at("mode").get_to(r.mode), j.at("seed").get_to(r.seed);
  j.at("users").get_to(r.users), j.at("threads").get_to(r.threads), j.at("processes").get_to(r.processes);
  j.at("factor").get_to(r.factor), j.at("ramp_s").get_to(r.ramp), j.at("duration_s").get_to(r.duration);
  j.at("measured_s").get_to(r.measured), j.at("interrupted").get_to(r.interrupted);
  j.at("plan").get_to(r.plan), j.at("host").get_to(r.host), j.at("exit_code").get_to(r.exit_code);
  j.at("scenario").get_to(r.plays_scenario), j.at("trouble").get_to(r.trouble), j.at("existing").get_to(r.existing);
}

load_record read_record(json const& j) {
  load_record r;
  read_header(j, r);
  read_shards(j, r);
  read_offered(j.at("offered"), r.asked);
  r.rig.grade = grade_named(j.at("validity").get<std::string>());
  j.at("validity_reasons").get_to(r.rig.reasons);
  json histograms = json::object();
  for (auto const& [name, o] : j.at("operations").items()) histograms[name] = o.at("histograms");
  r.figures = load::tally_of(histograms);
  for (auto const& row : j.at("seconds")) r.seconds.push_back(read_row(row));
  for (auto const& f : j.at("findings")) r.findings.push_back(read_finding(f));
  j.at("findings_dropped").get_to(r.findings_dropped);
  read_slos(j.at("slos"), r);
  read_outages(j.at("outages"), r);
  read_reconnections(j.at("reconnections"), r);
  read_endpoints(j.at("endpoints"), r);
  read_environment(j.at("environment"), r.environment);
  read_rig(j.at("rig"), r);
  auto const& s = j.at("server");
  s.at("seen").get_to(r.server_seen), s.at("cpu_cores").get_to(r.server_cpu);
  s.at("memory").get_to(r.server_memory), s.at("memory_is").get_to(r.server_memory_is);
  return r;
}

}  // namespace

base::result<load_record> read_load_json(json const& j, std::string const& name) {
  if (!j.is_object() || !j.contains("mailrig-load"))
    return base::fault{0, name, fmt::format("{} is no JSON report of `mailrig load --report json:FILE`", name)};
  if (j["mailrig-load"] != 1)
    return base::fault{
        0, name, fmt::format("{}: version {} of the report; this program reads 1", name, j["mailrig-load"].dump())};
  try {
    return read_record(j);
  } catch (json::exception const& e) {
    return base::fault{0, name, fmt::format("{}: {}", name, e.what())};
  }
}

base::result<load_record> read_load_report(std::string const& text, std::string const& name) {
  return read_load_json(json::parse(text, nullptr, false), name);
}

}  // namespace mailrig::report
