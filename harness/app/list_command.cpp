// list_command: `mailrig list`.
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/exit_code.hpp"
#include "app/inventory.hpp"
#include "base/text.hpp"
#include "check/checker.hpp"
#include "embedded/defect.hpp"
#include "embedded/latitude.hpp"
#include "load/profile.hpp"
#include "report/format.hpp"
#include "report/load_format.hpp"
#include "scenario/claims.hpp"
#include "scenario/collection.hpp"
#include "scenario/explore/kind.hpp"
#include "scenario/server_process.hpp"
#include "stress/turn.hpp"

namespace mailrig::app {
namespace {

using nlohmann::json;

/// The steps that grade themselves, by their lines.
json steps_of(std::vector<scenario::operation> const& operations) {
  auto out = json::array();
  for (auto const& o : operations) {
    if (!o.proves.empty()) out.push_back({{"line", o.line}, {"proves", o.proves}});
    for (auto const& branch : o.branches)
      for (auto const& step : steps_of(branch)) out.push_back(step);
  }
  return out;
}

base::result<json> items(std::string const& what, bool uncovered) {
  auto out = json::array();
  auto const data = data_folder();
  if (what == "checkers")
    for (auto const* k : base::registry<check::checker_kind>::all())
      for (auto const& r : k->rules)
        out.push_back({{"id", fmt::format("{}.{}", k->name, r.name)},
                       {"requirement", r.requirement},
                       {"also", base::words(r.also)},
                       {"summary", r.text}});
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
    auto const rows = history::catalogue::read(data / "scenarios/requirements.tsv");
    if (!rows) return rows.error();
    for (auto const& w : *all) {
      auto const file = (data / "scenarios/workloads" / (w.name + ".toml")).string();
      if (auto const known = scenario::known_claims(w.proves, file, *rows); !known) return known.error();
      out.push_back({{"id", w.name}, {"summary", w.title}, {"proves", w.proves}});
    }
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
  auto const requirements = history::catalogue::read(data / "scenarios/requirements.tsv");
  if (!requirements) return requirements.error();
  if (auto const known = scenario::known_claims(*scripts, *requirements); !known) return known.error();
  if (what == "scenarios") {
    for (auto const& s : *scripts)
      out.push_back({{"id", s.id},
                     {"summary", s.title},
                     {"proves", s.proves},
                     {"steps", steps_of(s.operations)},
                     {"needs", s.needs},
                     {"tags", s.tags}});
    return out;
  }
  auto const known = inventory::read(data / "scenarios", *requirements, *scripts);
  if (!known) return known.error();
  for (auto const& r : requirements->rows()) {
    auto const stands = known->of(r);
    if (uncovered && (!is_ours(r) || stands.state != "open")) continue;
    json one = {{"id", r.id},
                {"level", r.keyword},
                {"testable", r.testable},
                {"subject", r.subject},
                {"ours", is_ours(r)},
                {"summary", r.summary},
                {"state", stands.state},
                {"detail", stands.detail},
                {"why_not", known->excuse(r.id)},
                {"claimed_by", known->claimed_by(r.id)}};
    if (auto const* p = known->proof_of(r.id))
      one["proof"] = {{"defect", p->defect}, {"by", p->by}, {"where", p->where}};
    out.push_back(std::move(one));
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
      auto const detail = item["detail"].get<std::string>();
      line += fmt::format("  [{}{}{}]", item["state"].get<std::string>(), detail.empty() ? "" : ": ", detail);
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
