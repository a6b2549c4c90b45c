// json: the whole run record, for programs; its schema is reports/run.schema.json.
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "report/causes.hpp"
#include "report/wording.hpp"

namespace mailrig::report::json_format {
namespace {

using nlohmann::json;

json of(history::finding const& f, history::scenario_result const& r, report_context const& c) {
  json j = {{"id", history::finding_id(r, f)},
            {"verdict", history::name_of(f.outcome)},
            {"level", history::name_of(f.weight)},
            {"rule", f.rule},
            {"requirement", f.requirement},
            {"citation", history::citation(f.requirement)},
            {"text", f.text},
            {"expected", f.expected},
            {"octets", base::printable(f.octets)},
            {"offset", f.offset},
            {"stream_offset", f.stream_offset},
            {"at_ns", f.at.count()},
            {"session", f.session < r.sessions.size() ? r.sessions[f.session] : ""},
            {"line", f.line},
            {"times", f.times}};
  if (!f.misses.empty()) j["misses"] = f.misses;
  if (!f.because.empty()) j["because"] = f.because;
  if (!f.story.empty()) j["story"] = story_lines(f, r.sessions);
  if (auto const* row = c.requirements.find(f.requirement)) j["summary"] = row->summary;
  if (auto const known = c.run.known_reasons.find(history::finding_id(r, f)); known != c.run.known_reasons.end())
    j["known"] = known->second;
  return j;
}

void write_json(report_context const& c, std::ostream& out) {
  auto const& run = c.run;
  json scenarios = json::array();
  json counts = json::object();
  for (auto const& r : run.results) {
    auto& n = counts[std::string(history::name_of(r.outcome))];
    n = n.is_null() ? 1 : n.get<int>() + 1;
    json findings = json::array();
    for (auto const& f : r.findings) findings.push_back(of(f, r, c));
    json j = {{"id", r.id},
              {"verdict", history::name_of(r.outcome)},
              {"title", r.title},
              {"proves", r.proves},
              {"took_ns", r.took.count()},
              {"findings", findings},
              {"rerun", r.rerun},
              {"known", r.known()},
              {"standing", history::name_of(r.stands)}};
    if (!r.reason.empty()) j["reason"] = r.reason;
    if (!r.notes.empty()) j["notes"] = r.notes;
    if (r.findings_dropped) j["findings_dropped"] = r.findings_dropped;
    if (!r.traits.empty()) j["traits"] = r.traits;
    for (auto const& e : r.explored)
      j["explored"].push_back(
          {{"kind", e.kind}, {"requests", e.rows}, {"pairs", e.pairs}, {"sent", e.sent}, {"missing", e.missing}});
    if (!r.exercised.empty()) j["exercised"] = r.exercised;
    if (!r.transcript.empty()) j["transcript"] = transcript_lines(r);
    scenarios.push_back(std::move(j));
  }
  auto const explored = run.explored();
  causes const grouped(run);
  json list = json::array();
  for (auto const* one : grouped.by_weight()) {
    json ids = json::array();
    for (auto const* r : one->scenarios) ids.push_back(r->id);
    json j = {
        {"verdict", history::name_of(one->outcome)}, {"text", one->what}, {"scenarios", ids}, {"known", one->known}};
    if (one->finding) j["rule"] = one->finding->rule, j["first"] = history::finding_id(one->first(), *one->finding);
    list.push_back(std::move(j));
  }
  json const all = {{"mailrig-run", 1},
                    {"target", run.target},
                    {"target_version", run.target_version},
                    {"defect", run.defect},
                    {"command", run.command},
                    {"started", run.started},
                    {"took_ns", run.took.count()},
                    {"seed", run.seed},
                    {"counts", counts},
                    {"capabilities", {{"imap", run.imap_capabilities}, {"pop3", run.pop3_capabilities}}},
                    {"explored", {{"kinds", explored.kinds}, {"pairs", explored.pairs}, {"sent", explored.sent}}},
                    {"unexercised", run.unexercised()},
                    {"stale", run.stale},
                    {"causes", list},
                    {"scenarios", scenarios}};
  out << all.dump(1, ' ', false, json::error_handler_t::replace) << '\n';
}

format const format_json{"json", "everything, for programs (reports/run.schema.json)", &write_json};
base::registrar const registered{format_json};

}  // namespace
}  // namespace mailrig::report::json_format
