// import_command: `mailrig import`: a log becomes a trace, a script of another suite a scenario.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>

#include "app/command.hpp"
#include "app/exit_code.hpp"
#include "app/outputs.hpp"
#include "base/registry.hpp"
#include "check/gap.hpp"
#include "history/secret_free.hpp"
#include "history/trace.hpp"
#include "record/import.hpp"

namespace mailrig::app::import_command {
namespace {

struct import_options {
  std::vector<std::string> words;
  std::string out;
};

std::string plural(std::size_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

/// To standard error, so that a trace on standard output stays one.
void tell(std::vector<std::string> const& notes) {
  for (auto const& n : notes) std::cerr << "  " << n << '\n';
}

int write_trace(record::imported const& from, std::filesystem::path const& file) {
  if (auto const can = can_be_written(file.string()); !can) return complain(can.error());
  auto writer = history::trace_writer::open(file, record::header_of(from));
  if (!writer) return complain(writer.error(), inconclusive);
  history::secret_free without(*writer, [&](history::session_id id, base::instant at) {
    writer->lacks(check::written({{id, at, check::lack::content}}));
  });
  record::replay(from, without);
  if (!writer->good()) return complain(fmt::format("{}: the disk has refused a write", file.string()), inconclusive);
  std::size_t commands = 0, answers = 0;
  for (auto const& s : from.sessions) {
    commands += s.commands;
    answers += s.answers;
  }
  std::cout << fmt::format("{}: {}, {}, {} ({})\n", file.string(), plural(from.sessions.size(), "session"),
                           plural(commands, "command"), plural(answers, "response"), fmt::join(from.kinds, ", "));
  for (auto const& s : from.sessions) tell(s.notes);
  return clean;
}

int write_scenarios(record::imported const& from, std::filesystem::path const& out) {
  bool const one = from.scenarios.size() == 1 && out.extension() == ".scn";
  auto const file_of = [&](record::rewritten const& s) { return one ? out : out / (s.name + ".scn"); };
  for (auto const& s : from.scenarios)
    if (auto const can = can_be_written(file_of(s).string()); !can) return complain(can.error());
  for (auto const& s : from.scenarios) {
    auto const file = file_of(s);
    if (!write_file(file.string(), [&](std::ostream& to) { to << s.text; })) return inconclusive;
    std::cout << fmt::format("{}: {}\n", file.string(),
                             s.notes.empty() ? "all of it is carried over" : plural(s.notes.size(), "remark"));
    tell(s.notes);
  }
  return clean;
}

int run_import(import_options const& o) {
  std::error_code none;
  auto words = o.words;
  std::string format;
  // The first word is a format where it is none of the files.
  if (words.size() > 1 && !std::filesystem::exists(words[0], none)) {
    format = words[0];
    words.erase(words.begin());
  } else if (base::registry<record::importer>::find(words[0]) && words.size() == 1) {
    return complain(fmt::format("'{}' is a format; which file is to be read?", words[0]));
  }
  auto const from = record::import({words.begin(), words.end()}, format);
  if (!from) return complain(from.error());
  for (auto const& u : from->unread) std::cerr << "  left out: " << u << '\n';
  auto const stem = std::filesystem::path(words[0]).lexically_normal();
  auto const name = stem.has_filename() ? stem.stem().string() : stem.parent_path().stem().string();
  int worst = clean;
  bool const both = !from->sessions.empty() && !from->scenarios.empty();
  auto const trace = name + ".jsonl";
  if (!from->sessions.empty())
    worst = write_trace(*from, o.out.empty() ? trace : both ? (std::filesystem::path(o.out) / trace).string() : o.out);
  if (worst == clean && !from->scenarios.empty())
    worst = write_scenarios(*from, !o.out.empty()                ? o.out
                                   : from->scenarios.size() == 1 ? from->scenarios[0].name + ".scn"
                                                                 : name);
  return worst;
}

void declare(options& c, invocation& to) {
  auto o = std::make_shared<import_options>();
  c.add_option("files", o->words,
               "[FORMAT] FILE...: logs, or folders of them; `mailrig list importers` has the formats")
      .required();
  c.add_option(
      "-o,--out", o->out,
      "the trace to write, or for scripts of other suites the scenario, or the folder for several; without it, "
      "NAME.jsonl or NAME.scn here");
  c.footer(
      "A format that is not named is recognised. What the log lost is filled or left out, named here and in the trace, "
      "and\n"
      "held against nobody. Passwords do not get into the trace.\n"
      "Examples:\n  mailrig import session.log -o session.jsonl && mailrig judge session.jsonl\n"
      "  mailrig import dovecot-rawlog 20261129-022904-5560.in 20261129-022904-5560.out");
  acts(c, to, o, run_import);
}

command const this_command{
    "import", 85, "Makes a trace of a client's or a server's log, a scenario of another suite's test", declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::import_command
