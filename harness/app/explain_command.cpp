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
#include "scenario/claims.hpp"
#include "scenario/collection.hpp"
#include "scenario/target.hpp"

namespace mailrig::app {
namespace {

void explain_requirement(history::requirement const& r, inventory const& all) {
  std::cout << fmt::format("{}  ({}, {})\n  {}\n", r.id, history::citation(r.id), r.keyword, r.summary);
  if (!r.how.empty()) std::cout << fmt::format("  how to see it: {}\n", r.how);
  if (!r.needs.empty() && r.needs != "-") std::cout << fmt::format("  needs: {}\n", r.needs);
  auto const stands = all.of(r);
  std::cout << fmt::format("  stands as: {}{}{}\n", stands.state, stands.detail.empty() ? "" : ": ", stands.detail);
  auto const by = all.claimed_by(r.id);
  if (!by.empty()) std::cout << "  exercised by:\n";
  for (auto const& p : by) std::cout << "    " << p << '\n';
}

void explain_target() {
  std::cout << "A target file is TOML. It may say (a.b: b in [a]; a[].b: b in each [[a]]):\n\n";
  for (auto const& k : scenario::target_keys())
    std::cout << fmt::format("  {}\n      {}: {}\n", k.path, k.type, k.note);
}

}  // namespace

int run_explain(std::string const& id) {
  if (id == "target") return explain_target(), clean;
  auto const data = data_folder();
  auto const requirements = history::catalogue::read(data / "scenarios/requirements.tsv");
  if (!requirements) return complain(requirements.error().text);
  auto const scripts = scenario::read_collection(data / "scenarios");
  if (!scripts) return complain(scripts.error().text);
  auto const all = inventory::read(data / "scenarios", *requirements, *scripts);
  if (!all) return complain(all.error().text);
  if (auto const* r = requirements->find(id)) return explain_requirement(*r, *all), clean;
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
      std::cout << fmt::format("defect {}: {}\n", d->name, d->summary);
      for (auto const b : base::words(d->breaks))
        if (auto const* r = requirements->find(b))
          std::cout << fmt::format("  breaks {} ({}): {}\n", b, history::citation(b), r->summary);
      std::cout << fmt::format("  try: mailrig check --defect {}\n", d->name);
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
  auto const near = scenario::nearest_row(id, *requirements);
  return complain(fmt::format("'{}' is no requirement, checker, scenario, defect or latitude{}", id,
                              near.empty() ? "; `mailrig list` shows them" : near));
}

}  // namespace mailrig::app
