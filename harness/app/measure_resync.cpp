// measure_resync: see measure_resync.hpp.
#include "app/measure_resync.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "app/exit_code.hpp"

namespace mailrig::app {
namespace {

using stress::resync_row;

constexpr auto resync_rule = "resync.differs";

nlohmann::json resync_row_json(resync_row const& r) {
  nlohmann::json out{{"changes", r.changes}, {"way", r.way},           {"commands", r.commands},
                     {"sent", r.sent},       {"received", r.received}, {"count", r.time.count()}};
  if (r.time.count() > 0) {
    out["p50_us"] = double(r.time.quantile(0.5)) / 1000;
    out["max_us"] = double(r.time.max()) / 1000;
  }
  if (!r.refused.empty()) out["refused"] = r.refused;
  out["findings"] = nlohmann::json::array();
  if (!r.differs.empty()) out["findings"].push_back({{"rule", resync_rule}, {"text", r.differs}});
  return out;
}

void print_resync_row(resync_row const& r) {
  auto const median = r.time.count() > 0 ? fmt::format("{:.2f}ms", double(r.time.quantile(0.5)) / 1e6) : "-";
  std::cout << fmt::format("{:>8}  {:10} {:>8} {:>10} {:>10} {:>10} {:>8}\n", r.changes, r.way, r.commands, r.sent,
                           r.received, median, r.time.count());
  if (!r.refused.empty()) std::cout << fmt::format("    not done: {}\n", r.refused);
  if (!r.differs.empty())
    std::cout << fmt::format("    {}: by {} a device is told {} as by a look at all\n", resync_rule, r.way, r.differs);
}

}  // namespace

base::result<measured_resync> run_resync(stress::arena const& a, stress::resync_options const& o) {
  auto const rows = stress::measure_resync(a, o);
  if (!rows) return rows.error();
  std::cout << fmt::format(
      "{}: until a device is in step again, of {} messages, after so many changes while it was away\n\n{:>8}  {:10} "
      "{:>8} {:>10} {:>10} {:>10} {:>8}\n",
      a.where.name, o.messages, "changes", "by", "commands", "sent", "received", "median", "samples");
  measured_resync out;
  bool all = !rows->empty();
  for (auto const& r : *rows) {
    print_resync_row(r);
    out.rows.push_back(resync_row_json(r));
    all = all && r.time.count() > 0;
    if (!r.differs.empty()) out.code = failure;
  }
  if (out.code == clean && !all) out.code = inconclusive;
  return out;
}

}  // namespace mailrig::app
