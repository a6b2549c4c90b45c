// exchange: see exchange.hpp.
#include "load/exchange.hpp"

#include "base/text.hpp"

namespace mailrig::load {

using nlohmann::json;

json to_json(base::latency_histogram const& h) {
  json buckets = json::array();
  h.each([&](std::size_t bucket, std::uint64_t times) {
    buckets.push_back(bucket);
    buckets.push_back(times);
  });
  return {{"b", std::move(buckets)}, {"sum", h.sum()}, {"max", h.max()}};
}

base::latency_histogram histogram_of(json const& j) {
  base::latency_histogram out;
  auto const& b = j.at("b");
  for (std::size_t i = 0; i + 1 < b.size(); i += 2) out.restore(b[i].get<std::size_t>(), b[i + 1].get<std::uint64_t>());
  out.restore_extent(j.at("sum").get<std::uint64_t>(), j.at("max").get<std::uint64_t>());
  return out;
}

json to_json(refusal_counts const& r) {
  json out = json::array();
  for (auto const& [one, times] : r.all()) out.push_back({name_of(one.kind), one.code, one.words, times});
  return out;
}

refusal_counts refusals_of(json const& j) {
  refusal_counts out;
  for (auto const& row : j) {
    // A kind that a later version tells is another one here.
    auto const kind = refusal_kind_named(row.at(0).get<std::string>()).value_or(refusal_kind::other);
    out.add({kind, row.at(1).get<std::string>(), row.at(2).get<std::string>()}, row.at(3).get<std::uint64_t>());
  }
  return out;
}

json to_json(figures const& f) {
  return {{"done", f.done},
          {"failed", f.failed},
          {"late", f.late},
          {"failures", f.failures},
          {"refusals", to_json(f.refusals)},
          {"declined", to_json(f.declined)},
          {"response", to_json(f.response)},
          {"service", to_json(f.service)},
          {"blocked", to_json(f.blocked)},
          {"dispatch", to_json(f.dispatch)}};
}

figures figures_of(json const& j) {
  figures f;
  f.done = j.at("done").get<std::uint64_t>();
  f.failed = j.at("failed").get<std::uint64_t>();
  f.late = j.at("late").get<std::uint64_t>();
  f.failures = j.at("failures").get<std::map<std::string, std::uint64_t>>();
  if (j.contains("refusals")) {  // not in reports of earlier versions
    f.refusals = refusals_of(j.at("refusals"));
    f.declined = histogram_of(j.at("declined"));
  }
  f.response = histogram_of(j.at("response"));
  f.service = histogram_of(j.at("service"));
  f.blocked = histogram_of(j.at("blocked"));
  f.dispatch = histogram_of(j.at("dispatch"));
  return f;
}

json to_json(tally const& t) {
  json out = json::object();
  for (auto const& [name, f] : t.kinds()) out[name] = to_json(*f);
  return out;
}

tally tally_of(json const& j) {
  tally out;
  for (auto const& [name, k] : j.items()) out.of(kind_named(name)).merge(figures_of(k));
  return out;
}

json to_json(interval const& p) {
  json kinds = json::object();
  for (std::size_t k = 0; k < p.kinds.size(); ++k)
    if (p.kinds[k])
      kinds[name_of(kind_id(k))] = {{"r", to_json(p.kinds[k]->response)},
                                    {"n", {p.kinds[k]->done, p.kinds[k]->failed, p.kinds[k]->late}},
                                    {"refusals", to_json(p.kinds[k]->refusals)}};
  auto const& d = p.devices;
  return {{"second", p.second},
          {"kinds", std::move(kinds)},
          {"good", p.good},
          {"broken", p.broken},
          {"lost", p.lost},
          {"back", p.back},
          {"refused", p.refused},
          {"devices", {d.away, d.connecting, d.waiting, d.thinking, d.idle, d.connections}},
          {"octets", {p.octets_in, p.octets_out}},
          {"findings", p.findings},
          {"dispatch", p.dispatch_max},
          {"stall", p.stall_max}};
}

interval interval_of(json const& j) {
  interval out;
  out.second = j.at("second").get<std::int64_t>();
  for (auto const& [name, k] : j.at("kinds").items()) {
    auto const id = kind_named(name);
    if (id >= out.kinds.size()) out.kinds.resize(id + 1u);
    out.kinds[id] = std::make_unique<interval::of_kind>();
    out.kinds[id]->response = histogram_of(k.at("r"));
    auto const n = k.at("n").get<std::array<std::uint64_t, 3>>();
    out.kinds[id]->refusals = refusals_of(k.at("refusals"));
    out.kinds[id]->done = n[0], out.kinds[id]->failed = n[1], out.kinds[id]->late = n[2];
  }
  out.good = j.at("good").get<std::array<std::uint32_t, interval::tenths>>();
  out.broken = j.at("broken").get<std::array<std::uint32_t, interval::tenths>>();
  out.lost = j.at("lost").get<std::array<std::uint32_t, interval::tenths>>();
  out.back = j.at("back").get<std::array<std::uint32_t, interval::tenths>>();
  out.refused = j.at("refused").get<std::array<std::uint32_t, interval::tenths>>();
  auto const d = j.at("devices").get<std::array<std::uint64_t, 6>>();
  out.devices = {d[0], d[1], d[2], d[3], d[4], d[5]};
  auto const o = j.at("octets").get<std::array<std::uint64_t, 2>>();
  out.octets_in = o[0], out.octets_out = o[1];
  out.findings = j.at("findings").get<std::uint64_t>();
  out.dispatch_max = j.at("dispatch").get<std::uint64_t>();
  out.stall_max = j.at("stall").get<std::uint64_t>();
  return out;
}

json to_json(history::finding const& f) {
  return {{"rule", f.rule},
          {"requirement", f.requirement},
          {"level", int(f.weight)},
          {"verdict", int(f.outcome)},
          {"text", f.text},
          {"expected", f.expected},
          {"octets", base::printable(f.octets)},
          {"offset", f.offset},
          {"at_ns", f.at.count()},
          {"session", f.session},
          {"times", f.times}};
}

history::finding finding_of(json const& j) {
  history::finding f;
  f.rule = j.at("rule").get<std::string>();
  f.requirement = j.at("requirement").get<std::string>();
  f.weight = history::level(j.at("level").get<int>());
  f.outcome = history::verdict(j.at("verdict").get<int>());
  f.text = j.at("text").get<std::string>();
  f.expected = j.at("expected").get<std::vector<std::string>>();
  f.octets = j.at("octets").get<std::string>();
  f.offset = j.at("offset").get<std::size_t>();
  f.at = base::instant(j.at("at_ns").get<std::int64_t>());
  f.session = j.at("session").get<history::session_id>();
  f.times = j.at("times").get<std::size_t>();
  return f;
}

}  // namespace mailrig::load
