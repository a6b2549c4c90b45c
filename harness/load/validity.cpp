// validity: see validity.hpp.
#include "load/validity.hpp"

#include <fmt/format.h>

#include "base/run_end.hpp"
#include "load/span.hpp"

namespace mailrig::load {

std::string_view name_of(validity v) {
  constexpr std::string_view names[] = {"VALID", "DEGRADED", "INVALID"};
  return names[std::size_t(v)];
}

void verdict_on_rig::note(validity v, std::string why) {
  if (v == validity::valid) return;
  // What decides stands first.
  reasons.insert(v > grade ? reasons.begin() : reasons.end(), std::move(why));
  grade = std::max(grade, v);
}

namespace {

validity above(double value, double degraded, double invalid) {
  return value > invalid ? validity::invalid : value > degraded ? validity::degraded : validity::valid;
}

std::string time(std::uint64_t ns) { return written(base::duration(std::int64_t(ns))); }

}  // namespace

verdict_on_rig assess(rig_signs const& s) {
  verdict_on_rig out;
  auto const all = s.figures->together();
  if (all.all() == 0) {
    out.note(validity::invalid, "no operation was measured");
    if (s.interrupted) out.note(validity::degraded, "the run was interrupted before its end");
    return out;
  }
  // Our lateness is judged beside what was measured: a millisecond hides nothing in a second.
  auto const dispatch = all.dispatch.quantile(0.99);
  auto const typical = double(all.response.quantile(0.5));
  out.note(
      above(double(dispatch), std::max(1e6, typical / 10), std::max(1e7, typical / 2)),
      fmt::format("99 % of operations were dispatched within {}, more than a tenth of the median response ({}) and "
                  "than 1 ms: the rig was late",
                  time(dispatch), time(std::uint64_t(typical))));
  out.note(above(double(s.stall_max), 1e8, 1e9),
           fmt::format("a loop of the rig stood still for {} (100 ms are borne)", time(s.stall_max)));
  out.note(
      above(s.busiest_thread, 0.85, 0.97),
      fmt::format("a thread of the rig used {:.0f} % of its core (85 % are borne): use more --threads or --processes",
                  s.busiest_thread * 100));
  out.note(above(s.steal, 0.05, 0.2),
           fmt::format("the machine's host took {:.1f} % of its CPU (5 % are borne)", s.steal * 100));
  out.note(above(s.retransmitted, 0.01, 0.05),
           fmt::format("{:.2f} % of TCP segments were sent again (1 % is borne)", s.retransmitted * 100));
  if (s.planned > 0) {
    auto const missing = 1 - double(s.begun) / double(s.planned);
    out.note(above(missing, 0.02, 0.1), fmt::format("{} sessions of {} planned were begun", s.begun, s.planned));
    out.note(above(double(s.turned_away) / double(s.planned), 0, 0.01),
             fmt::format("{} sessions found no user free: give more --users", s.turned_away));
  }
  if (s.interrupted) out.note(validity::degraded, "the run ended before its time: " + base::end_words());
  return out;
}

}  // namespace mailrig::load
