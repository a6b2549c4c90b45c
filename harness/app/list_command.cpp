// list_command: `mailrig list`.
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/exit_code.hpp"
#include "app/inventory.hpp"
#include "check/checker.hpp"
#include "embedded/defect.hpp"
#include "embedded/latitude.hpp"
#include "load/profile.hpp"
#include "report/format.hpp"
#include "report/load_format.hpp"
#include "scenario/collection.hpp"
#include "scenario/explore/kind.hpp"
#include "scenario/server_process.hpp"
#include "stress/turn.hpp"

namespace mailrig::app {
namespace {

using nlohmann::json;

base::result<json> items(std::string const& what, bool uncovered) {
  auto out = json::array();
  auto const data = data_folder();
  if (what == "checkers")
    for (auto const* k : base::registry<check::checker_kind>::all())
      for (auto const& r : k->rules)
        out.push_back(
            {{"id", fmt::format("{}.{}", k->name, r.name)}, {"requirement", r.requirement}, {"summary", r.text}});
  if (what == "defects")
    for (auto const* d : base::registry<embedded::defect>::all())
      out.push_back({{"id", d->name}, {"breaks", d->breaks}, {"summary", d->summary}});
  if (what == "latitudes")
    for (auto const* l : base::registry<embedded::latitude>::all())
      out.push_back({{"id", l->name}, {"permits", l->permits}, {"summary", l->sentence}, {"kind", l->kind}});
  if (what == "formats")
    for (auto const* f : base::registry<report::format>::all())
      out.push_back({{"id", f->name}, {"summary", f->summary}});
  if (what == "formats")
    for (auto const* f : base::registry<report::load_format>::all())
      out.push_back({{"id", fmt::format("load/{}", f->name)}, {"summary", f->summary}});
  if (what == "turns")
    for (auto const* k : base::registry<stress::turn_kind>::all())
      out.push_back({{"id", k->name}, {"protocol", history::name_of(k->proto)}, {"summary", k->summary}});
  if (what == "explorations")
    for (auto const* k : base::registry<scenario::exploration_kind>::all())
      out.push_back({{"id", k->name}, {"protocol", history::name_of(k->proto)}, {"summary", k->summary}});
  if (what == "workloads") {
    auto const all = stress::read_workloads(data / "scenarios/workloads");
    if (!all) return all.error();
    for (auto const& w : *all) out.push_back({{"id", w.name}, {"summary", w.title}, {"proves", w.proves}});
  }
  if (what == "steps")
    for (auto const* k : base::registry<load::step_kind>::all())
      out.push_back({{"id", k->name},
                     {"protocol", history::name_of(k->proto)},
                     {"summary", fmt::format("{} (measured as {})", k->summary, k->operation)}});
  if (what == "profiles") {
    auto const all = load::read_profiles(data / "scenarios/profiles");
    if (!all) return all.error();
    for (auto const& p : *all) out.push_back({{"id", p.name}, {"summary", p.title}});
  }
  if (what == "servers") {
    out.push_back({{"id", "embedded"}, {"summary", "the reference server inside mailrig"}, {"installed", true}});
    for (auto const& d : scenario::server_descriptions(data / "fixtures/servers"))
      out.push_back({{"id", d.name},
                     {"summary", d.summary + (d.installed() ? "" : " (not installed: " + d.install + ")")},
                     {"installed", d.installed()}});
  }
  if (what != "scenarios" && what != "requirements") return out;
  auto const scripts = scenario::read_collection(data / "scenarios");
  if (!scripts) return scripts.error();
  if (what == "scenarios") {
    for (auto const& s : *scripts)
      out.push_back({{"id", s.id}, {"summary", s.title}, {"proves", s.proves}, {"needs", s.needs}, {"tags", s.tags}});
    return out;
  }
  auto const requirements = history::catalogue::read(data / "scenarios/requirements.tsv");
  if (!requirements) return requirements.error();
  auto const by = proofs(*scripts);
  auto const why_not = excuses(data / "scenarios");
  if (!why_not) return why_not.error();
  for (auto const& r : requirements->rows()) {
    auto const found = by.find(r.id);
    auto const excuse = excuse_for(*why_not, r.id);
    if (uncovered && (!is_ours(r) || found != by.end() || !excuse.empty())) continue;
    out.push_back({{"id", r.id},
                   {"level", r.keyword},
                   {"testable", r.testable},
                   {"subject", r.subject},
                   {"summary", r.summary},
                   {"why_not", excuse},
                   {"proven_by", found == by.end() ? std::vector<std::string>() : found->second}});
  }
  return out;
}

}  // namespace

int run_list(list_options const& o) {
  auto const list = items(o.what, o.uncovered);
  if (!list) return complain(list.error().text);
  if (o.json) {
    std::cout << list->dump(1) << '\n';
    return o.uncovered && !list->empty() ? failure : clean;
  }
  for (auto const& item : *list) {
    auto line = item["id"].get<std::string>();
    if (o.what == "requirements") {
      line += "  " + item["level"].get<std::string>() + "  " + item["summary"].get<std::string>();
      std::string by;
      for (auto const& p : item["proven_by"]) by += (by.empty() ? "" : ", ") + p.get<std::string>();
      auto const why_not = item["why_not"].get<std::string>();
      line += !by.empty() ? "  [" + by + "]" : why_not.empty() ? "  [not proven]" : "  [not proven: " + why_not + "]";
    } else {
      line += "  " + item["summary"].get<std::string>();
      for (auto const* key : {"requirement", "breaks", "permits"})
        if (item.contains(key)) line += "  [" + item[key].get<std::string>() + "]";
    }
    std::cout << line << '\n';
  }
  return o.uncovered && !list->empty() ? failure : clean;
}

}  // namespace mailrig::app
