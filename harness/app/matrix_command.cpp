// matrix_command: `mailrig matrix`.
#include <fmt/format.h>

#include <iostream>

#include "app/command.hpp"
#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/outputs.hpp"
#include "report/matrix.hpp"

namespace mailrig::app::matrix_command {
namespace {

struct matrix_options {
  std::vector<std::string> runs;
  std::string markdown, html;
  std::string command;  ///< as typed, for the report
};

int run_matrix(matrix_options const& o) {
  auto const requirements = data().requirements();
  if (!requirements) return complain(requirements.error());
  for (auto const& file : {o.markdown, o.html})
    if (auto const can = file.empty() ? base::result<void>() : can_be_written(file); !can) return complain(can.error());
  std::vector<report::server_run> runs;
  for (auto const& file : o.runs) {
    auto run = report::read_run(file);
    if (!run) return complain(run.error().text);
    runs.push_back(std::move(*run));
  }
  auto to = [&](std::string const& file, auto const& write) {
    return file.empty() || write_file(file, [&](std::ostream& out) { write(runs, *requirements, o.command, out); });
  };
  if (!to(o.markdown, report::write_markdown) || !to(o.html, report::write_matrix_html)) return inconclusive;
  if (o.markdown.empty() && o.html.empty()) report::write_markdown(runs, *requirements, o.command, std::cout);
  bool complete = true;
  for (auto const& r : runs) {
    if (r.cut_short.empty()) continue;
    std::cerr << fmt::format("mailrig: {} is not complete: {}\n", r.name, r.cut_short);
    complete = false;
  }
  return complete ? clean : inconclusive;
}

void declare(options& c, invocation& to) {
  auto o = std::make_shared<matrix_options>();
  c.add_option("run", o->runs, "JSON reports of `mailrig check --report json:FILE`, one a server").required();
  c.add_option("--markdown", o->markdown, "file to write; without one, standard output");
  c.add_option("--html", o->html, "file to write: one page, from a section to its scenarios to the transcripts");
  c.footer(
      "Example:\n  for s in dovecot cyrus; do mailrig check --target $s --report json:$s.json; done\n"
      "  mailrig matrix dovecot.json cyrus.json --html matrix.html\n\n"
      "Exit codes: 0 written, 3 a run is not complete, or a file could not be written, 4 usage.");
  acts(c, to, o, run_matrix);
}

command const this_command{"matrix", 110, "Sets several servers' runs side by side: servers across, RFC sections down",
                           declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::matrix_command
