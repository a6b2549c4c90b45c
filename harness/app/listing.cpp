// listing: see listing.hpp.
#include "app/listing.hpp"

#include <fmt/format.h>

#include "app/data.hpp"
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

}  // namespace

std::vector<std::string> const& listed_kinds() {
  static std::vector<std::string> const kinds{"scenarios", "requirements", "checkers", "defects",
                                              "latitudes", "servers",      "formats",  "workloads",
                                              "turns",     "profiles",     "steps",    "explorations"};
  return kinds;
}

base::result<json> list_items(std::string const& what, bool uncovered) {
  auto out = json::array();
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
    auto const rows = data().requirements();
    if (!rows) return rows.error();
    auto const all = data().workloads(*rows);
    if (!all) return all.error();
    for (auto const& w : *all) out.push_back({{"id", w.name}, {"summary", w.title}, {"proves", w.proves}});
  }
  if (what == "steps")
    for (auto const* k : base::registry<load::step_kind>::all())
      out.push_back({{"id", k->name},
                     {"protocol", history::name_of(k->proto)},
                     {"summary", fmt::format("{} (measured as {})", k->summary, k->operation)}});
  if (what == "profiles") {
    auto const all = data().profiles();
    if (!all) return all.error();
    for (auto const& p : *all) out.push_back({{"id", p.name}, {"summary", p.title}});
  }
  if (what == "servers") {
    out.push_back({{"id", "embedded"}, {"summary", "the reference server inside mailrig"}, {"installed", true}});
    for (auto const& d : data().servers())
      out.push_back({{"id", d.name},
                     {"summary", d.summary + (d.installed() ? "" : " (not installed: " + d.install + ")")},
                     {"installed", d.installed()}});
    for (auto const& file : data().targets())
      out.push_back(
          {{"id", file.stem().string()}, {"summary", "the target file " + file.string()}, {"installed", true}});
  }
  if (what != "scenarios" && what != "requirements") return out;
  auto const scripts = data().scenarios();
  if (!scripts) return scripts.error();
  auto const requirements = data().requirements();
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
  auto const known = inventory::read(data().shipped() / "scenarios", *requirements, *scripts);
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

}  // namespace mailrig::app
