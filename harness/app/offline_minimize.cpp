// offline_minimize: see offline_minimize.hpp.
#include "app/offline_minimize.hpp"

#include <fmt/format.h>

#include <iostream>

#include "app/correct_server.hpp"
#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/outputs.hpp"
#include "app/run_timeout.hpp"
#include "record/trace_script.hpp"
#include "scenario/script_text.hpp"
#include "stress/trace_shrink.hpp"

namespace mailrig::app {

int minimize_offline(offline_options const& o, history::catalogue const& requirements) {
  if (!o.file.ends_with(".jsonl"))
    return complain(fmt::format("--offline takes a trace (.jsonl), and {} is none: a scenario must be played", o.file));
  auto const limit = base::read_duration(o.limit);
  if (!limit) return complain(fmt::format("--limit takes a time, e.g. 60s, not '{}'", o.limit));
  if (auto const can = can_be_written(o.out.empty() ? "-" : o.out); !can) return complain(can.error());
  run_timeout const clock(o.timeout);
  auto const kept = record::read_kept_trace(o.file);
  if (!kept) return complain(kept.error());
  auto const small = stress::shrink_trace(*kept, o.rule, requirements, base::now() + *limit, clock.interrupted());
  if (!small) return complain(small.error(), inconclusive);
  auto const mail = data().mail();
  auto made = record::script_of_trace(small->trace, mail, requirements, record::expecting::right, &*kept);
  if (!made) return complain(made.error().text);
  made->remarks.push_back(
      fmt::format("Made without a server, of {} of {} steps: what it needs of the others is not known.", small->steps,
                  small->of_steps));
  correct_server const right(mail, requirements);
  if (auto const play = right.play()) {
    auto const r = play(made->script, 1);
    bool const passes = r.outcome == history::verdict::pass || r.outcome == history::verdict::info;
    made->remarks.push_back(passes ? "It passes on the embedded server."
                                   : fmt::format("On the embedded server: {}{}.", history::name_of(r.outcome),
                                                 r.reason.empty() ? "" : ": " + base::printable(r.reason)));
  }
  auto const text = scenario::script_text(made->script, made->remarks);
  if (o.out.empty()) return std::cout << text, clean;
  if (!write_file(o.out, [&](std::ostream& out) { out << text; })) return inconclusive;
  std::cout << fmt::format("{}: {} steps of {}; shows {} in the trace\n", o.out, small->steps, small->of_steps,
                           small->finding.rule);
  return clean;
}

}  // namespace mailrig::app
