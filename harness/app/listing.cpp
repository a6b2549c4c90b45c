// listing: see listing.hpp.
#include "app/listing.hpp"

#include <fmt/format.h>

#include "app/data.hpp"
#include "app/inventory.hpp"
#include "base/text.hpp"
#include "check/client/client_checker.hpp"
#include "embedded/defect.hpp"
#include "embedded/latitude.hpp"
#include "load/profile.hpp"
#include "record/importer.hpp"
#include "report/format.hpp"
#include "report/load_format.hpp"
#include "scenario/claims.hpp"
#include "scenario/collection.hpp"
#include "scenario/explore/kind.hpp"
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

using items = base::result<json>;

items checkers(bool) {
  auto out = json::array();
  for (auto const* k : check::checkers_of_both_sides())
    for (auto const& r : k->rules)
      out.push_back({{"id", fmt::format("{}.{}", k->name, r.name)},
                     {"requirement", r.requirement},
                     {"also", base::words(r.also)},
                     {"summary", r.text}});
  return out;
}

items defects(bool) {
  auto out = json::array();
  for (auto const* d : base::registry<embedded::defect>::all())
    out.push_back({{"id", d->name}, {"breaks", d->breaks}, {"summary", d->summary}});
  return out;
}

items extensions(bool) {
  auto out = json::array();
  for (auto const* e : base::registry<embedded::extension>::all())
    out.push_back(
        {{"id", e->name},
         {"needs", e->needs},
         {"summary", e->needs.empty() ? "" : fmt::format("with {}", fmt::join(base::words(e->needs), " and "))}});
  return out;
}

items latitudes(bool) {
  auto out = json::array();
  for (auto const* l : base::registry<embedded::latitude>::all())
    out.push_back({{"id", l->name}, {"permits", l->permits}, {"summary", l->sentence}, {"kind", l->kind}});
  return out;
}

items turns(bool) {
  auto out = json::array();
  for (auto const* k : base::registry<stress::turn_kind>::all())
    out.push_back({{"id", k->name}, {"protocol", history::name_of(k->proto)}, {"summary", k->summary}});
  return out;
}

items explorations(bool) {
  auto out = json::array();
  for (auto const* k : base::registry<scenario::exploration_kind>::all())
    out.push_back({{"id", k->name}, {"protocol", history::name_of(k->proto)}, {"summary", k->summary}});
  return out;
}

items steps(bool) {
  auto out = json::array();
  for (auto const* k : base::registry<load::step_kind>::all())
    out.push_back({{"id", k->name},
                   {"protocol", history::name_of(k->proto)},
                   {"summary", fmt::format("{} (measured as {})", k->summary, k->operation)}});
  return out;
}

items formats(bool) {
  auto out = json::array();
  for (auto const* f : base::registry<report::format>::all()) out.push_back({{"id", f->name}, {"summary", f->summary}});
  for (auto const* f : base::registry<report::load_format>::all())
    out.push_back({{"id", fmt::format("load/{}", f->name)}, {"summary", f->summary}});
  return out;
}

items importers(bool) {
  auto out = json::array();
  for (auto const* i : base::registry<record::importer>::all())
    out.push_back({{"id", i->name}, {"summary", i->summary}});
  return out;
}

items workloads(bool) {
  auto out = json::array();
  auto const rows = data().requirements();
  if (!rows) return rows.error();
  auto const all = data().workloads(*rows);
  if (!all) return all.error();
  for (auto const& w : *all) out.push_back({{"id", w.name}, {"summary", w.title}, {"proves", w.proves}});
  return out;
}

items profiles(bool) {
  auto out = json::array();
  auto const all = data().profiles();
  if (!all) return all.error();
  for (auto const& p : *all) out.push_back({{"id", p.name}, {"summary", p.title}});
  return out;
}

items servers(bool) {
  auto out = json::array();
  out.push_back({{"id", "embedded"}, {"summary", "the reference server inside mailrig"}, {"installed", true}});
  for (auto const& d : data().servers())
    out.push_back({{"id", d.name},
                   {"summary", d.summary + (d.installed() ? "" : " (not installed: " + d.install + ")")},
                   {"installed", d.installed()}});
  for (auto const& file : data().targets())
    out.push_back({{"id", file.stem().string()}, {"summary", "the target file " + file.string()}, {"installed", true}});
  return out;
}

items clients(bool) {
  auto out = json::array();
  auto const all = data().clients();
  if (!all) return all.error();
  for (auto const& c : *all)
    out.push_back({{"id", c.name},
                   {"summary", c.summary + (c.installed() ? "" : " (not installed: " + c.install + ")")},
                   {"installed", c.installed()}});
  return out;
}

items client_cases(bool) {
  auto out = json::array();
  auto const all = data().client_cases();
  if (!all) return all.error();
  for (auto const& c : *all)
    out.push_back(
        {{"id", c.id}, {"summary", c.title}, {"proves", c.proves}, {"owes", name_of(c.owes)}, {"tags", c.tags}});
  return out;
}

/// What both are made of: scenarios whose claims are known rows.
struct collection {
  history::catalogue requirements;
  std::vector<scenario::script> scripts;
  static base::result<collection> read() {
    auto scripts = data().scenarios();
    if (!scripts) return scripts.error();
    auto requirements = data().requirements();
    if (!requirements) return requirements.error();
    if (auto const known = scenario::known_claims(*scripts, *requirements); !known) return known.error();
    return collection{std::move(*requirements), std::move(*scripts)};
  }
};

items scenarios(bool) {
  auto const all = collection::read();
  if (!all) return all.error();
  auto out = json::array();
  for (auto const& s : all->scripts)
    out.push_back({{"id", s.id},
                   {"summary", s.title},
                   {"proves", s.proves},
                   {"steps", steps_of(s.operations)},
                   {"needs", s.needs},
                   {"tags", s.tags}});
  return out;
}

items requirements(bool uncovered) {
  auto const all = collection::read();
  if (!all) return all.error();
  auto out = json::array();
  auto const known = inventory::read(data().shipped() / "scenarios", all->requirements, all->scripts);
  if (!known) return known.error();
  for (auto const& r : all->requirements.rows()) {
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

struct lister {
  char const* kind;
  items (*list)(bool uncovered);
};
constexpr lister listers[] = {{"scenarios", scenarios},       {"requirements", requirements},
                              {"checkers", checkers},         {"defects", defects},
                              {"latitudes", latitudes},       {"extensions", extensions},
                              {"servers", servers},           {"formats", formats},
                              {"workloads", workloads},       {"turns", turns},
                              {"profiles", profiles},         {"steps", steps},
                              {"explorations", explorations}, {"importers", importers},
                              {"clients", clients},           {"client-cases", client_cases}};

}  // namespace

std::vector<std::string> const& listed_kinds() {
  static std::vector<std::string> const kinds = [] {
    std::vector<std::string> out;
    for (auto const& l : listers) out.push_back(l.kind);
    return out;
  }();
  return kinds;
}

base::result<json> list_items(std::string const& what, bool uncovered) {
  for (auto const& l : listers)
    if (what == l.kind) return l.list(uncovered);
  return base::fault{0, "list", fmt::format("'{}' cannot be listed", what)};
}

}  // namespace mailrig::app
