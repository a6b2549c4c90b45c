// fuzz_command: `mailrig fuzz`: conversations that no client would have, and what a server makes of them.
#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "app/command.hpp"
#include "app/command_options.hpp"
#include "app/correct_server.hpp"
#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/fresh_server.hpp"
#include "app/outputs.hpp"
#include "app/run_timeout.hpp"
#include "app/target_choice.hpp"
#include "base/file.hpp"
#include "base/linux_children.hpp"
#include "base/shell_word.hpp"
#include "base/text.hpp"
#include "stress/fuzz/hunt.hpp"

namespace mailrig::app::fuzz_command {
namespace {

using history::protocol;

struct fuzz_options {
  std::string target, defect, protocols = "all", duration, corpus, out = ".", level = "should", patience = "5s",
                              timeout;
  std::vector<std::string> latitudes, reports;
  std::size_t inputs = 0, findings = 0;
  std::uint64_t seed = 1;
  bool resume = false, no_shrink = false, allow_destructive = false, sockets = false;
  std::string command;  ///< as typed, for the report
};

class progress_line {
 public:
  ~progress_line() {
    if (shown_) std::cerr << "\r\033[K" << std::flush;
  }
  void step(std::string_view name, stress::hunt_progress const& p) {
    if (!shown_ || base::now() - last_ < std::chrono::milliseconds(100)) return;
    last_ = base::now();
    std::cerr << fmt::format("\r\033[K{}: {} inputs, {} commands, {} kinds of answers{} {}", name, p.inputs, p.commands,
                             p.sights, p.findings ? fmt::format(", {} findings", p.findings) : "", p.doing)
              << std::flush;
  }

 private:
  base::instant last_{};
  bool shown_ = isatty(STDERR_FILENO) != 0;
};

std::vector<protocol> protocols_of(fuzz_options const& o, scenario::target const& t) {
  std::vector<protocol> out;
  if (t.imap && o.protocols != "pop3") out.push_back(protocol::imap);
  if (t.pop3 && o.protocols != "imap") out.push_back(protocol::pop3);
  return out;
}

base::result<stress::corpus> open_corpus(fuzz_options const& o, protocol proto) {
  if (o.corpus.empty()) return stress::corpus();
  return stress::corpus::open(o.corpus, proto);
}

stress::hunt_options hunt_of(fuzz_options const& o, protocol proto, base::duration share) {
  stress::hunt_options h;
  h.proto = proto;
  h.seed = o.seed;
  h.inputs = o.inputs || share.count() ? o.inputs : 2000;
  if (share.count() > 0)
    h.duration = std::max(std::chrono::duration_cast<std::chrono::seconds>(share), std::chrono::seconds(1));
  h.findings = o.findings;
  h.resume = o.resume;
  h.shrink = !o.no_shrink;
  h.out = o.out;
  h.where = fmt::format("--target {}{}{}", base::shell_word(o.target), spelled(o.defect, o.latitudes),
                        o.allow_destructive ? " --allow-destructive" : "");
  h.command = fmt::format("mailrig fuzz {} --protocol {}", h.where, proto == protocol::imap ? "imap" : "pop3");
  return h;
}

void add_up(history::run_record& to, history::run_record part) {
  for (auto& r : part.results) to.results.push_back(std::move(r));
  to.target = part.target;
  to.target_version = part.target_version;
  if (to.started.empty()) to.started = part.started;
  to.seed = part.seed;
}

/// What cannot be done as it was asked for; empty: all can.
std::string unfit(fuzz_options const& o, scenario::target const& t) {
  if (!t.ours && !o.allow_destructive)
    return fmt::format(
        "{}: fuzz says whatever may break a server and its mail, and mailrig has not started this one: "
        "--allow-destructive says that it may",
        t.name);
  if (protocols_of(o, t).empty()) return fmt::format("--protocol {}: the target has none", o.protocols);
  if (o.resume && o.corpus.empty()) return "--resume goes on with a corpus: --corpus DIR says which";
  return {};
}

int hunt_all(fuzz_options const& o, scenario::target const& t, stress::arena& a, run_timeout const& clock,
             history::run_record& run) {
  bool const itself = o.target == "embedded" && o.defect.empty();
  std::optional<correct_server> reference;
  if (!itself) reference.emplace(a.mail, a.requirements, a.limits, 4);
  fresh_server fresh({o.target, o.defect, 16, false, o.latitudes}, 2, {o.allow_destructive}, a.mail, a.requirements);
  auto const duration = o.duration.empty() ? base::duration{} : *base::read_duration(o.duration);
  auto const protocols = protocols_of(o, t);
  progress_line line;
  for (auto const proto : protocols) {
    auto kept = open_corpus(o, proto);
    if (!kept) return complain(kept.error());
    auto h = hunt_of(o, proto, duration / std::int64_t(protocols.size()));
    if (!t.simulate) h.fresh = fresh.play();  // each play of a simulated one is on a server of its own
    if (t.ours && o.target != "embedded") h.memory = base::memory_of_children;
    h.reference = reference ? reference->arena() : nullptr;
    auto part = stress::hunt(
        a, *kept, h, [&](auto const& p) { line.step(history::name_of(proto), p); }, clock.interrupted());
    if (!part) return complain(part.error(), inconclusive);
    add_up(run, std::move(*part));
    if (clock.interrupted()) break;
  }
  return clean;
}

/// Whatever --level lets count is a finding.
int fuzz_code(history::run_record const& run) {
  auto const found = [](auto const& r) { return r.outcome == history::verdict::warn; };
  auto const code = exit_code_of(run);
  return code == clean && std::ranges::any_of(run.results, found) ? failure : code;
}

int run_fuzz(fuzz_options const& o) {
  auto const outputs = read_outputs<report::format>(o.reports);
  if (!outputs) return complain(outputs.error().text);
  auto const requirements = data().requirements();
  if (!requirements) return complain(requirements.error());
  if (auto const can = base::can_write_in(o.out); !can) return complain(can.error());
  run_timeout const clock(o.timeout);
  auto const t = find_target({o.target, o.defect, 16, !o.sockets, o.latitudes});
  if (!t) return complain(t.error().text);
  if (auto const why = unfit(o, *t); !why.empty()) return complain(why);
  auto const mail = data().mail();
  base::limits limits;
  limits.step = std::chrono::duration_cast<std::chrono::milliseconds>(*base::read_duration(o.patience));
  limits.scenario = std::chrono::minutes(t->simulate ? 10 : 2);
  auto a = stress::arena::enter(*t, mail, *requirements, limits);
  if (!a) return complain(a.error(), inconclusive);
  a->least = *history::level_named(base::to_upper(o.level));
  history::run_record run;
  auto const began = base::now();
  if (auto const code = hunt_all(o, *t, *a, clock, run); code != clean) return code;
  run.took = base::now() - began;
  run.command = o.command;
  run.defect = o.defect;
  return deliver_with_passes(*outputs, {run, *requirements}, fuzz_code(run));
}

constexpr char const* fuzz_footer = R"(Examples:
  mailrig fuzz                                       the simulated embedded server: 2000 inputs by IMAP, 2000 by POP3
  mailrig fuzz --target dovecot --duration 10m --corpus corpus/ --out found/
  mailrig fuzz --target dovecot --duration 10m --corpus corpus/ --resume
  mailrig fuzz --target staging.toml --allow-destructive --protocol imap --report junit:out.xml

Conversations of the protocols' grammar are changed in octets, words, commands and sessions, and played; those that
meet an answer of a new kind are kept and changed further. After each the other sessions of the user, a new one and
another user must be served. What breaks a rule is made a small scenario, and written to --out with its trace.
The same seed against the embedded server plays the same. The guide: `mailrig help fuzzing`.

Exit codes: 0 nothing found, 1 findings, 3 inconclusive: interrupted, or nothing was played; 4 usage.)";

void declare(options& c, invocation& to) {
  auto o = std::make_shared<fuzz_options>();
  add_server(c, o->target, o->defect, o->latitudes);
  c.add_option("--protocol", o->protocols, "imap, pop3, or all that the target has")
      .one_of({"imap", "pop3", "all"})
      .shows_default();
  c.add_option("--duration", o->duration, "e.g. 60s or 10m, shared by the protocols").time();
  c.add_option("--inputs", o->inputs, "so many by each protocol; 2000 when there is no --duration either");
  c.add_option("--findings", o->findings, "by each protocol; after so many it ends");
  add_seed(c, o->seed);
  c.add_option("--corpus", o->corpus, "folder of the inputs that are kept: those that it has are played first");
  c.add_flag("--resume", o->resume, "go on where the corpus' last run stopped, with its seed");
  c.add_option("-o,--out", o->out, "folder for what is found: scenarios, traces, octets").shows_default();
  c.add_option("--patience", o->patience, "silence that is borne where an answer is due").time().shows_default();
  add_reports<report::format>(c, o->reports);
  add_level(c, o->level);
  c.add_flag("--no-shrink", o->no_shrink, "report a finding as it was met");
  c.add_flag("--sockets", o->sockets, "the embedded server over TCP instead of simulated");
  add_timeout(c, o->timeout);
  add_destructive(c, o->allow_destructive);
  c.footer(fuzz_footer);
  acts(c, to, o, run_fuzz);
}

command const this_command{"fuzz", 25, "Says what no client would, and sees whether a server bears it", declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::fuzz_command
