// explain_command: `mailrig explain`.
#include <fmt/format.h>

#include <iostream>

#include "app/command.hpp"
#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/inventory.hpp"
#include "base/text.hpp"
#include "check/client/client_checker.hpp"
#include "embedded/defect.hpp"
#include "embedded/latitude.hpp"
#include "load/profile.hpp"
#include "scenario/claims.hpp"
#include "scenario/collection.hpp"
#include "scenario/target.hpp"

namespace mailrig::app::explain_command {
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

void explain_profile() {
  std::cout << "A profile is TOML (scenarios/profiles/*.toml; `mailrig help profiles`). It may say (a.b: b in [a]; "
               "a[].b: b in each [[a]]):\n\n";
  for (auto const& k : load::profile_keys()) std::cout << fmt::format("  {}\n      {}: {}\n", k.path, k.type, k.note);
}

bool explain_checker(std::string const& id, history::catalogue const& requirements) {
  for (auto const* k : check::checkers_of_both_sides()) {
    if (id != k->name && !id.starts_with(std::string(k->name) + ".")) continue;
    std::cout << fmt::format("checker {}: {}\n", k->name, k->summary);
    for (auto const& r : k->rules)
      if (id == k->name || id == fmt::format("{}.{}", k->name, r.name))
        std::cout << fmt::format("  {}.{}  {} [{}, {}]\n", k->name, r.name, r.text, history::citation(r.requirement),
                                 history::name_of(requirements.level_of(r.requirement)));
    return true;
  }
  return false;
}

/// Each requirement, with what comes before its id.
void explain_each(char const* verb, std::vector<std::string_view> const& ids, history::catalogue const& requirements) {
  for (auto const id : ids)
    if (auto const* r = requirements.find(id))
      std::cout << fmt::format("  {} {} ({}, {}): {}\n", verb, id, history::citation(id), r->keyword, r->summary);
}

bool explain_embedded(std::string const& id, history::catalogue const& requirements) {
  if (auto const* d = base::registry<embedded::defect>::find(id)) {
    std::cout << fmt::format("defect {}: {}\n", d->name, d->summary);
    explain_each("breaks", base::words(d->breaks), requirements);
    std::cout << fmt::format("  try: mailrig check --defect {}\n", d->name);
    return true;
  }
  if (auto const* l = base::registry<embedded::latitude>::find(id)) {
    std::cout << fmt::format("latitude {}: {}\n  permitted by {}\n  try: mailrig check --latitude {}\n", l->name,
                             l->sentence, l->permits, l->name);
    return true;
  }
  return false;
}

int run_explain(std::string const& id) {
  if (id == "target") return explain_target(), clean;
  if (id == "profile") return explain_profile(), clean;
  auto const requirements = data().requirements();
  if (!requirements) return complain(requirements.error());
  auto const scripts = data().scenarios();
  if (!scripts) return complain(scripts.error());
  auto const all = inventory::read(data().shipped() / "scenarios", *requirements, *scripts);
  if (!all) return complain(all.error());
  if (auto const* r = requirements->find(id)) return explain_requirement(*r, *all), clean;
  if (explain_checker(id, *requirements) || explain_embedded(id, *requirements)) return clean;
  for (auto const& s : *scripts)
    if (id == s.id) {
      std::cout << fmt::format("scenario {}: {}\n  file: {}\n", s.id, s.title, s.file);
      explain_each("proves", {s.proves.begin(), s.proves.end()}, *requirements);
      return clean;
    }
  auto const near = scenario::nearest_row(id, *requirements);
  return complain(fmt::format("'{}' is no requirement, checker, scenario, defect or latitude{}", id,
                              near.empty() ? "; `mailrig list` shows them" : near));
}

void declare(options& c, invocation& to) {
  auto id = std::make_shared<std::string>();
  c.add_option(
       "id", *id,
       "e.g. RFC3501-7.4.1-05, seqmap, seqmap.expunge-forbidden, a scenario's id, a defect's or latitude's name")
      .required();
  acts(c, to, id, run_explain);
}

command const this_command{"explain", 130,
                           "Says what a requirement, checker, scenario, defect or latitude means; `explain target`, "
                           "`explain profile`: what such a file may say",
                           declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::explain_command
