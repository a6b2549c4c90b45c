// explain_command: `mailrig explain`.
#include <fmt/format.h>

#include <iostream>

#include "app/commands.hpp"
#include "app/exit_code.hpp"
#include "app/inventory.hpp"
#include "base/text.hpp"
#include "check/checker.hpp"
#include "embedded/defect.hpp"
#include "embedded/latitude.hpp"
#include "scenario/collection.hpp"

namespace mailrig::app {
namespace {

void explain_requirement(history::requirement const& r, std::vector<std::string> const& by) {
  std::cout << fmt::format("{}  ({}, {})\n  {}\n", r.id, history::citation(r.id), r.keyword, r.summary);
  if (!r.how.empty()) std::cout << fmt::format("  how to see it: {}\n", r.how);
  if (!r.needs.empty() && r.needs != "-") std::cout << fmt::format("  needs: {}\n", r.needs);
  std::cout << (by.empty() ? "  nothing proves it yet\n" : "  proven by:\n");
  for (auto const& p : by) std::cout << "    " << p << '\n';
}

}  // namespace

int run_explain(std::string const& id) {
  auto const data = data_folder();
  auto const requirements = history::catalogue::read(data / "scenarios/requirements.tsv");
  if (!requirements) return complain(requirements.error().text);
  auto const scripts = scenario::read_collection(data / "scenarios");
  if (!scripts) return complain(scripts.error().text);
  auto const by = proofs(*scripts);
  auto proven = [&](std::string const& r) { return by.contains(r) ? by.at(r) : std::vector<std::string>(); };
  if (auto const* r = requirements->find(id)) return explain_requirement(*r, proven(r->id)), clean;
  for (auto const* k : base::registry<check::checker_kind>::all()) {
    if (id != k->name && !id.starts_with(std::string(k->name) + ".")) continue;
    std::cout << fmt::format("checker {}: {}\n", k->name, k->summary);
    for (auto const& r : k->rules)
      if (id == k->name || id == fmt::format("{}.{}", k->name, r.name))
        std::cout << fmt::format("  {}.{}  {} [{}, {}]\n", k->name, r.name, r.text, history::citation(r.requirement),
                                 history::name_of(requirements->level_of(r.requirement)));
    return clean;
  }
  for (auto const* d : base::registry<embedded::defect>::all())
    if (id == d->name) {
      std::cout << fmt::format("defect {}: {}\n  breaks {} ({})\n  try: mailrig check --defect {}\n", d->name,
                               d->summary, d->breaks, history::citation(d->breaks), d->name);
      return clean;
    }
  for (auto const* l : base::registry<embedded::latitude>::all())
    if (id == l->name) {
      std::cout << fmt::format("latitude {}: {}\n  permitted by {}\n  try: mailrig check --latitude {}\n", l->name,
                               l->sentence, l->permits, l->name);
      return clean;
    }
  for (auto const& s : *scripts)
    if (id == s.id) {
      std::cout << fmt::format("scenario {}: {}\n  file: {}\n", s.id, s.title, s.file);
      for (auto const& p : s.proves)
        if (auto const* r = requirements->find(p))
          std::cout << fmt::format("  proves {} ({}, {}): {}\n", p, history::citation(p), r->keyword, r->summary);
      return clean;
    }
  std::string near;
  std::size_t best = 6;
  for (auto const& r : requirements->rows())
    if (auto const d = base::edit_distance(id, r.id); d < best) best = d, near = r.id;
  return complain(fmt::format("'{}' is no requirement, checker, scenario, defect or latitude{}", id,
                              near.empty() ? "; `mailrig list` shows them" : "; did you mean " + near + "?"));
}

}  // namespace mailrig::app
