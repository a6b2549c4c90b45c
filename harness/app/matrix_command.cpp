// matrix_command: `mailrig matrix`.
#include <fmt/format.h>

#include <fstream>
#include <iostream>

#include "app/commands.hpp"
#include "app/exit_code.hpp"
#include "report/matrix.hpp"

namespace mailrig::app {

int run_matrix(matrix_options const& o) {
  auto const requirements = history::catalogue::read(data_folder() / "scenarios/requirements.tsv");
  if (!requirements) return complain(requirements.error().rule + ": " + requirements.error().text);
  std::vector<report::server_run> runs;
  for (auto const& file : o.runs) {
    auto run = report::read_run(file);
    if (!run) return complain(run.error().text);
    runs.push_back(std::move(*run));
  }
  auto to = [&](std::string const& file, auto const& write) {
    if (file.empty()) return true;
    std::ofstream out(file, std::ios::binary);
    write(runs, *requirements, o.command, out);
    out.close();
    if (!out.good()) std::cerr << fmt::format("mailrig: {} cannot be written\n", file);
    return out.good();
  };
  if (!to(o.markdown, report::write_markdown) || !to(o.html, report::write_matrix_html)) return inconclusive;
  if (o.markdown.empty() && o.html.empty()) report::write_markdown(runs, *requirements, o.command, std::cout);
  return clean;
}

}  // namespace mailrig::app
