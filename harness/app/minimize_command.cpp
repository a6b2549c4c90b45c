// minimize_command: `mailrig minimize`: a failing scenario or trace made as small as it can be while it fails.
#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "app/command.hpp"
#include "app/command_options.hpp"
#include "app/correct_server.hpp"
#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/fresh_server.hpp"
#include "app/offline_minimize.hpp"
#include "app/outputs.hpp"
#include "app/run_timeout.hpp"
#include "app/target_choice.hpp"
#include "base/shell_word.hpp"
#include "history/foremost.hpp"
#include "record/trace_script.hpp"
#include "scenario/claims.hpp"
#include "scenario/script_text.hpp"
#include "stress/shrink.hpp"

namespace mailrig::app::minimize_command {
namespace {

struct minimize_options {
  std::string file, target, defect, rule, out, limit = "120s", timeout;
  std::vector<std::string> latitudes;
  std::size_t tries = 0;
  std::uint64_t seed = 1;
  bool allow_destructive = false, sockets = false, offline = false;
};

base::result<scenario::script> read_either(std::filesystem::path const& file, history::catalogue const& requirements) {
  if (file.extension() == ".jsonl") {
    auto const kept = record::read_kept_trace(file);
    if (!kept) return kept.error();
    auto const made = record::script_of_trace(*kept, data().mail(), requirements);
    if (!made) return made.error();
    return scenario::read_script(scenario::script_text(made->script), file.string(), made->script.id);
  }
  auto const text = scenario::read_file(file);
  if (!text) return text.error();
  return scenario::read_script(*text, file.string(), file.stem().string());
}

/// What is to be kept: of the worst that it shows, the earliest; empty: it shows nothing.
std::string found_in(scenario::script const& s, stress::arena const& a, stress::shrink_options const& o) {
  for (std::size_t i = 0; i < o.tries; ++i) {
    auto const r = a.play(s, o.part);
    if (auto const* f = history::foremost(r.findings)) return stress::identity(*f);
    if (!r.reason.empty()) std::cerr << fmt::format("mailrig: {}\n", r.reason);
  }
  return {};
}

int run_minimize(minimize_options const& o) {
  auto const requirements = data().requirements();
  if (!requirements) return complain(requirements.error());
  if (o.offline) return minimize_offline({o.file, o.rule, o.out, o.limit, o.timeout}, *requirements);
  auto const s = read_either(o.file, *requirements);
  if (!s) return complain(s.error().text);
  if (auto const known = scenario::known_claims({*s}, *requirements); !known) return complain(known.error().text);
  auto const limit = scenario::read_duration(o.limit);
  if (!limit) return complain(fmt::format("--limit takes a time, e.g. 60s, not '{}'", o.limit));
  if (auto const can = can_be_written(o.out.empty() ? "-" : o.out); !can) return complain(can.error());
  run_timeout const clock(o.timeout);
  auto const& interrupted = clock.interrupted();
  auto const t = find_target({o.target, o.defect, 16, !o.sockets, o.latitudes});
  if (!t) return complain(t.error().text);
  auto const mail = data().mail();
  auto const a = stress::arena::enter(*t, mail, *requirements, {});
  if (!a) return complain(a.error(), inconclusive);
  stress::shrink_options options;
  options.part.seed = o.seed;
  options.part.may_empty = o.allow_destructive;
  options.tries = o.tries ? o.tries : t->simulate ? 1 : 3;
  options.interrupted = &interrupted;
  options.most_time = std::chrono::duration_cast<std::chrono::seconds>(*limit);
  auto const wanted = o.rule.empty() ? found_in(*s, *a, options) : o.rule;
  if (wanted.empty()) {
    std::cerr << fmt::format("mailrig: {}: played {} times against {}, nothing was found\n", o.file, options.tries,
                             t->name);
    return inconclusive;
  }
  bool const shown = isatty(STDERR_FILENO) != 0;
  options.progress = [&](std::size_t plays, std::size_t left) {
    if (shown) std::cerr << fmt::format("\r\033[K{} steps left after {} plays", left, plays) << std::flush;
  };
  fresh_server fresh({o.target, o.defect, 16, false, o.latitudes}, 1, {o.allow_destructive}, mail, *requirements);
  options.fresh = fresh.play();
  correct_server right(mail, *requirements);
  options.correct = right.play();
  auto const small = stress::shrink(*a, *s, wanted, options);
  if (shown) std::cerr << "\r\033[K";
  if (!small) return complain(small.error(), inconclusive);
  auto const text = stress::shrunk_text(
      *small, wanted, t->name,
      fmt::format("mailrig check {} --target {}{}{}", base::shell_word(o.out.empty() ? "FILE.scn" : o.out),
                  base::shell_word(o.target), spelled(o.defect, o.latitudes),
                  o.allow_destructive ? " --allow-destructive" : ""),
      {fmt::format("Made of {} in {} plays{}.", std::filesystem::path(o.file).filename().string(), small->plays,
                   interrupted ? ", and interrupted: it may become smaller yet" : "")});
  if (interrupted) std::cerr << "mailrig: interrupted: this may become smaller yet\n";
  auto const code = small->shown && !interrupted ? clean : inconclusive;
  if (o.out.empty()) {
    std::cout << text;
    return code;
  }
  if (!write_file(o.out, [&](std::ostream& out) { out << text; })) return inconclusive;
  std::cout << fmt::format("{}: {} steps of {}; shows {} in {} of {} plays{}\n", o.out, small->script.operations.size(),
                           s->operations.size(), wanted, small->shown, small->asked,
                           small->fresh ? " on a server that had seen nothing else" : ", after others only");
  return code;
}

void declare(options& c, invocation& to) {
  auto o = std::make_shared<minimize_options>();
  c.add_option("file", o->file, "a scenario (.scn) or a trace (.jsonl)").required().existing_file();
  add_server(c, o->target, o->defect, o->latitudes);
  c.add_option("--rule", o->rule, "the finding to keep, e.g. seqmap.expunge-range; without it the first and worst");
  c.add_option("-o,--out", o->out, "file to write; without it, standard output");
  add_seed(c, o->seed);
  c.add_option("--tries", o->tries, "plays of each smaller scenario until it counts as harmless").within(1, 100);
  c.add_option("--limit", o->limit, "time to spend").shows_default();
  c.add_flag("--sockets", o->sockets, "the embedded server over TCP instead of simulated");
  c.add_flag("--offline", o->offline,
             "no server is played: the checkers alone say what of a trace can be left out (.jsonl)");
  add_timeout(c, o->timeout);
  add_destructive(c, o->allow_destructive);
  c.footer(
      R"(Examples:
  mailrig minimize big.scn --target dovecot --out small.scn
  mailrig minimize traces/flag-ring-u1-00000.jsonl --defect store-lost-update
  mailrig minimize recorded/u1.jsonl --offline --out bug.scn)");
  acts(c, to, o, run_minimize);
}

command const this_command{"minimize", 30, "Makes a failing scenario or trace as small as it can be while it fails",
                           declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::minimize_command
