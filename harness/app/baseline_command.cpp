// baseline_command: `mailrig baseline update`.
#include "app/check_command.hpp"
#include "app/command.hpp"

namespace mailrig::app::baseline_command {
namespace {

void declare(options& c, invocation& to) {
  auto o = std::make_shared<check_options>();
  o->update_baseline = true;
  auto update =
      c.add_subcommand("update", "Plays the scenarios and writes the baseline anew: what fails is known from now on");
  add_run_options(update, *o);
  update.add_flag("--gate-new", o->gate_new,
                  "let scenarios that come later gate at once: do not write down which there are");
  update.footer(
      "Reasons of lines that still match are kept, stale lines dropped, new failures added with what the requirement\n"
      "says. Flaky lines are yours to write: '~2 scenario#rule reason' lets it come or not, at most twice a run;\n"
      "'x3 scenario#rule reason' knows it three times in a scenario, and a fourth is another failure.\n"
      "Example:\n  mailrig baseline update --target staging.toml --baseline staging.known");
  acts(update, to, o, run_check);
}

command const this_command{"baseline", 80, "Keeps the file of a server's known failures", declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::baseline_command
