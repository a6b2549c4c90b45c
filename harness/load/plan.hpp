// plan: everything that one load run is made of, before it runs.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>

#include "history/requirement.hpp"
#include "history/trace.hpp"
#include "load/interval.hpp"
#include "load/profile.hpp"
#include "load/shard.hpp"
#include "load/timetable.hpp"
#include "scenario/target.hpp"

namespace mailrig::load {

/// Which of the processes that play a run, or a shard of it, together on this machine this is.
struct part {
  unsigned index = 0, of = 1;
};

struct plan {
  profile const* who = nullptr;
  scenario::target const* where = nullptr;
  std::size_t users = 1;
  double factor = 1;                 ///< of the profile's mail and sessions
  std::vector<stage> sessions;       ///< by rate, beginning with the measured time; empty: users live by their habits
  std::vector<base::instant> times;  ///< or at these instants after that
  pace arrivals = pace::poisson;
  std::size_t concurrency = 0;  ///< closed loop: so many sessions, one after the other; 0: open
  bool whole_day = false;       ///< the day's curve, squeezed into the duration
  base::duration ramp{}, duration = std::chrono::seconds(60);
  base::duration patience = std::chrono::seconds(30);  ///< for an answer
  std::uint64_t seed = 1;
  std::uint64_t fill_seed = 1;  ///< of the mail of a profile with [fill]: another run finds it there
  unsigned threads = 1;
  shard ours;  ///< of the generators that play the plan together, each with threads and processes of its own
  part mine;
  base::limits limits;
  bool judge = true;
  history::catalogue const* requirements = nullptr;
  std::filesystem::path trace;                          ///< folder; empty: none
  std::shared_ptr<history::trace_budget> trace_budget;  ///< null: no limit
  std::vector<std::string>
      sources;  ///< numeric addresses that connections come from, in turn; empty: the system's choice
};

}  // namespace mailrig::load
