// judged_trace: see judged_trace.hpp.
#include "app/judged_trace.hpp"

#include <fmt/format.h>

#include "base/shell_word.hpp"

namespace mailrig::app {

history::scenario_result judged_trace(std::vector<check::judge*> const& judges, std::filesystem::path const& file,
                                      history::trace_header const& header, std::size_t events, bool cut_short,
                                      history::level least) {
  history::scenario_result r;
  auto const scenario = header.find("scenario");
  r.id = scenario == header.end() ? file.stem().string() : scenario->second;
  r.title = fmt::format("{}: {} events{}", file.string(), events, cut_short ? ", cut short" : "");
  r.file = file.string();
  r.rerun = fmt::format("mailrig judge {}", base::shell_word(file.string()));
  r.outcome = events == 0 ? history::verdict::skip : history::verdict::pass;
  for (auto* judge : judges) {
    for (auto& note : check::notes_of(*judge, {})) r.notes.push_back(std::move(note));
    for (auto& f : judge->take_findings()) {
      if (f.weight > least) continue;
      r.outcome = history::worse(r.outcome, f.outcome);
      r.findings.push_back(std::move(f));
    }
  }
  return r;
}

}  // namespace mailrig::app
