// scenario_command: `mailrig scenario`: a trace becomes a scenario that anybody can play.
#include <fmt/format.h>

#include <iostream>

#include "app/command.hpp"
#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/outputs.hpp"
#include "record/trace_script.hpp"
#include "scenario/script_text.hpp"

namespace mailrig::app::scenario_command {
namespace {

struct scenario_options {
  std::string trace, out, expect = "right";
};

int run_scenario(scenario_options const& o) {
  auto const requirements = data().requirements();
  if (!requirements) return complain(requirements.error());
  if (auto const can = can_be_written(o.out.empty() ? "-" : o.out); !can) return complain(can.error());
  auto const kept = record::read_kept_trace(o.trace);
  if (!kept) return complain(kept.error());
  auto const made = record::script_of_trace(*kept, data().mail(), *requirements,
                                            o.expect == "came" ? record::expecting::came : record::expecting::right);
  if (!made) return complain(made.error().text);
  auto const text = scenario::script_text(made->script, made->remarks);
  // Whoever plays it reads it first.
  if (auto const read = scenario::read_script(text, o.out.empty() ? "-" : o.out, made->script.id); !read)
    return complain(read.error().text);
  if (!made->foremost && o.expect == "right")
    std::cerr
        << "mailrig: the checkers find nothing in this trace: say in the scenario what should have come, or take\n"
           "--expect came\n";
  if (o.out.empty()) return std::cout << text, clean;
  if (!write_file(o.out, [&](std::ostream& out) { out << text; })) return inconclusive;
  std::cout << fmt::format("{}: {} steps{}\n", o.out, made->script.operations.size(),
                           made->foremost ? ", for " + made->foremost->rule : "");
  return clean;
}

void declare(options& c, invocation& to) {
  auto o = std::make_shared<scenario_options>();
  c.add_option("trace", o->trace, "a trace (.jsonl) of record, import, check or stress").required().existing_file();
  c.add_option("-o,--out", o->out, "file to write; without it, standard output");
  c.add_option("--expect", o->expect,
               "right: what should have come, as the checkers have it; came: what came, right or not")
      .one_of({"right", "came"})
      .shows_default();
  c.footer(
      "The scenario has what the trace shows: the clients' commands in their order, the mail and mailboxes that they\n"
      "found, UIDs and names as variables. Its checkers say what is wrong, so it passes on a server that is right.\n"
      "Example:\n  mailrig scenario recorded/u1.jsonl -o bug.scn && mailrig minimize bug.scn --target dovecot -o "
      "small.scn");
  acts(c, to, o, run_scenario);
}

command const this_command{"scenario", 28, "Makes a scenario of a trace, with the mail that it needs", declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::scenario_command
