// minimize_command: `mailrig minimize`: a failing scenario or trace made as small as it can be while it fails.
#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "app/command.hpp"
#include "app/command_options.hpp"
#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/fresh_server.hpp"
#include "app/outputs.hpp"
#include "app/target_choice.hpp"
#include "base/shell_word.hpp"
#include "scenario/claims.hpp"
#include "stress/shrink.hpp"
#include "stress/trace_script.hpp"

namespace mailrig::app {
namespace {

struct minimize_options {
  std::string file, target, defect, rule, out, limit = "120s";
  std::vector<std::string> latitudes;
  std::size_t tries = 0;
  std::uint64_t seed = 1;
  bool allow_destructive = false, sockets = false;
};

base::result<scenario::script> read_either(std::filesystem::path const& file) {
  if (file.extension() == ".jsonl") return stress::script_of_trace(file);
  auto const text = scenario::read_file(file);
  if (!text) return base::fault{0, "file", fmt::format("{} cannot be read", file.string())};
  return scenario::read_script(*text, file.string(), file.stem().string());
}

int run_minimize(minimize_options const& o) {
  auto const requirements = data().requirements();
  if (!requirements) return complain(requirements.error());
  auto const s = read_either(o.file);
  if (!s) return complain(s.error().text);
  if (auto const known = scenario::known_claims({*s}, *requirements); !known) return complain(known.error().text);
  auto const limit = scenario::read_duration(o.limit);
  if (!limit) return complain(fmt::format("--limit takes a time, e.g. 60s, not '{}'", o.limit));
  auto const t = find_target({o.target, o.defect, 16, !o.sockets, o.latitudes});
  if (!t) return complain(t.error().text);
  auto const mail = data().mail();
  auto const a = stress::arena::enter(*t, mail, *requirements, {});
  if (!a) {
    std::cerr << "mailrig: " << a.error().text << '\n';
    return inconclusive;
  }
  stress::shrink_options options;
  options.part.seed = o.seed;
  options.part.may_empty = o.allow_destructive;
  options.tries = o.tries ? o.tries : t->simulate ? 1 : 3;
  options.most_time = std::chrono::duration_cast<std::chrono::seconds>(*limit);
  auto wanted = o.rule;
  if (wanted.empty()) {
    history::scenario_result shown;
    for (std::size_t i = 0; i < options.tries && !stress::foremost(shown); ++i) shown = a->play(*s, options.part);
    auto const* f = stress::foremost(shown);
    if (!f) {
      std::cerr << fmt::format("mailrig: {}: played {} times against {}, nothing was found{}\n", o.file, options.tries,
                               t->name, shown.reason.empty() ? "" : ": " + shown.reason);
      return inconclusive;
    }
    wanted = stress::identity(*f);
  }
  bool const shown = isatty(STDERR_FILENO) != 0;
  options.progress = [&](std::size_t plays, std::size_t left) {
    if (shown) std::cerr << fmt::format("\r\033[K{} steps left after {} plays", left, plays) << std::flush;
  };
  fresh_server fresh({o.target, o.defect, 16, false, o.latitudes}, 1, o.allow_destructive, mail, *requirements);
  options.fresh = fresh.play();
  auto const small = stress::shrink(*a, *s, wanted, options);
  if (shown) std::cerr << "\r\033[K";
  if (!small) {
    std::cerr << "mailrig: " << small.error().text << '\n';
    return inconclusive;
  }
  auto const text = stress::shrunk_text(
      *small, wanted, t->name,
      fmt::format("mailrig check {} --target {}{}{}", base::shell_word(o.out.empty() ? "FILE.scn" : o.out),
                  base::shell_word(o.target), spelled(o.defect, o.latitudes),
                  o.allow_destructive ? " --allow-destructive" : ""),
      {fmt::format("Made of {} in {} plays.", std::filesystem::path(o.file).filename().string(), small->plays)});
  if (o.out.empty()) {
    std::cout << text;
    return small->shown ? clean : inconclusive;
  }
  if (!write_file(o.out, [&](std::ostream& out) { out << text; })) return usage;
  std::cout << fmt::format("{}: {} steps of {}; shows {} in {} of {} plays{}\n", o.out, small->script.operations.size(),
                           s->operations.size(), wanted, small->shown, small->asked,
                           small->fresh ? " on a server that had seen nothing else" : ", after others only");
  return small->shown ? clean : inconclusive;
}

void declare(CLI::App& c, invocation& to) {
  auto o = std::make_shared<minimize_options>();
  c.add_option("file", o->file, "a scenario (.scn) or a trace (.jsonl)")->required()->check(CLI::ExistingFile);
  add_server(c, o->target, o->defect, o->latitudes);
  c.add_option("--rule", o->rule, "the finding to keep, e.g. seqmap.expunge-range; without it the first and worst");
  c.add_option("-o,--out", o->out, "file to write; without it, standard output");
  add_seed(c, o->seed);
  c.add_option("--tries", o->tries, "plays of each smaller scenario until it counts as harmless")
      ->check(CLI::Range(1, 100));
  c.add_option("--limit", o->limit, "time to spend")->capture_default_str();
  c.add_flag("--sockets", o->sockets, "the embedded server over TCP instead of simulated");
  add_destructive(c, o->allow_destructive);
  c.footer(
      R"(Examples:
  mailrig minimize big.scn --target dovecot --out small.scn
  mailrig minimize traces/flag-ring-u1-00000.jsonl --defect store-lost-update)");
  acts(c, to, o, run_minimize);
}

command const this_command{"minimize", 30, "Makes a failing scenario or trace as small as it can be while it fails",
                           declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app
