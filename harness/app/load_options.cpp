// load_options: see load_options.hpp.
#include "app/load_options.hpp"

#include "app/command_options.hpp"
#include "app/run_timeout.hpp"
#include "report/load_format.hpp"

namespace mailrig::app {

void add_load_options(options& c, load_options& o) {
  c.add_option("profile", o.profile, "a name of `mailrig list profiles`, a TOML file, or a scenario").required();
  add_server(c, o.target, o.defect, o.latitudes);
  c.add_option("--duration", o.duration, "of the measured time").shows_default();
  c.add_option("--ramp", o.ramp, "before it: users come one after the other, nothing is measured").shows_default();
  c.add_option("--patience", o.patience, "for an answer; then it is late").shows_default();
  c.add_option("--slo", o.slos, "e.g. 'p99(fetch.header) < 300ms'; repeatable; without it the profile's own")
      .one_at_a_time();
  add_seed(c, o.seed);
  c.add_option("--threads", o.threads, "event loops; without it as many as there are cores").within(1, 256);
  c.add_option("--node", o.node, "host:port of the server's node exporter: its CPU, memory and disk stand beside");
  c.add_option(
      "--server-pid", o.server_pid,
      "a process of the server here, or a file that holds its pid; without it who listens on the target's port");
  c.add_option("--cgroup", o.cgroup,
               "the server's control group here, e.g. system.slice/NAME.service: its memory as the kernel limits it");
  c.add_option("--from", o.sources, "source addresses of connections, in turn; more ports on loopback").one_at_a_time();
  c.add_option("--policy", o.policy,
               "which of the target's endpoints a device connects to, instead of what the target says")
      .one_of({"first", "random", "per-user", "per-device", "weighted", "failover"});
  add_reports<report::load_format>(c, o.reports);
  c.add_flag("--no-judge", o.no_judge, "without checkers");
  c.add_flag("--existing", o.existing,
             "on the mail that lies there: nothing is put in before, nothing taken out after; mailboxes by STATUS");
  add_timeout(c, o.timeout);
  add_destructive(c, o.allow_destructive);
}

}  // namespace mailrig::app
