// calibrate: see calibrate.hpp. The embedded server shares the machine.
#include "app/calibrate.hpp"

#include <fmt/format.h>

#include <iostream>

#include "app/exit_code.hpp"
#include "app/load_setup.hpp"
#include "load/machine.hpp"
#include "load/span.hpp"

namespace mailrig::app {

int run_calibration(std::atomic<bool> const& interrupted) {
  load_options o;
  o.profile = "noop";
  o.target = "embedded";
  o.users = o.concurrency = 200;
  o.duration = "3s";
  o.ramp = "1s";
  auto setup = load_setup::make(o);
  if (!setup) return complain(setup.error().text);
  auto& s = **setup;
  auto const closed = load::execute(s.plan, s.run, interrupted);
  if (!closed) return complain(closed.error().text);
  // How late the rig is when it has next to nothing to do: the machine's own unrest.
  s.plan.concurrency = 0;
  auto const open = load::execute(s.plan, s.run, interrupted);
  if (!open) return complain(open.error().text);
  auto const all = open->figures.together();
  if (interrupted || closed->figures.operations() == 0) return inconclusive;
  auto time = [](std::uint64_t ns) { return load::written(base::duration(std::int64_t(ns))); };
  std::cout << fmt::format(
      "{} threads, 200 sessions of NOOP against the embedded server, which shares the machine:\n"
      "  {:.0f} operations/s in a closed loop, {:.1f} us of the rig's CPU each, checkers on\n"
      "  a thread may use 85 % of its core: at most {:.0f} operations/s where the server is elsewhere\n"
      "  lateness of an open loop at 200/s: p50 {}, p99 {}, max {}; longest standstill of a loop {}\n"
      "  steal {:.1f} %, descriptors for {} connections a process\n",
      s.plan.threads, closed->rate(), closed->cpu_each * 1e6, 0.85 * s.plan.threads / closed->cpu_each,
      time(all.dispatch.quantile(0.5)), time(all.dispatch.quantile(0.99)), time(all.dispatch.max()),
      time(open->stall_max), open->steal * 100, load::descriptor_limit() - 300);
  return clean;
}

}  // namespace mailrig::app
