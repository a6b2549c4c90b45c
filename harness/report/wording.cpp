// wording: see wording.hpp.
#include "report/wording.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>
#include <map>
#include <regex>
#include <set>

#include "base/text.hpp"

namespace mailrig::report {

using history::verdict;

std::string rule_line(history::finding const& f, history::catalogue const& c) {
  auto const* row = c.find(f.requirement);
  if (!row) return f.requirement.empty() ? std::string("no requirement named") : f.requirement;
  return fmt::format("{}, {}: {} [{}]", history::citation(f.requirement), history::name_of(f.weight), row->summary,
                     f.requirement);
}

std::vector<std::string> finding_lines(history::finding const& f) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < f.expected.size(); ++i) {
    out.push_back(fmt::format("{} {}", i == 0 ? "expected:" : "      or:", f.expected[i]));
    if (i < f.misses.size() && !f.misses[i].empty()) out.push_back(fmt::format("      but {}", f.misses[i]));
  }
  if (!f.octets.empty()) {
    auto const window = base::around(f.octets, f.offset);
    out.push_back("came:     " + window.text);
    out.push_back("          " + std::string(window.caret, ' ') + "^" +
                  (f.stream_offset ? fmt::format(" octet {} of the session", f.stream_offset) : ""));
  }
  return out;
}

std::vector<std::string> story_lines(history::finding const& f, std::vector<std::string> const& sessions) {
  std::vector<std::string> out;
  for (auto const& w : f.story) {
    auto const name = w.session < sessions.size() ? sessions[w.session] : fmt::format("session {}", w.session);
    auto const when = w.at.count() > 0 ? fmt::format("{:.3f} ms", double(w.at.count()) / 1e6) : std::string("before");
    out.push_back(fmt::format("{} {} {}{}", out.empty() ? "because:" : "        ", name, w.text,
                              w.at.count() > 0 ? " (at " + when + ")" : ""));
  }
  return out;
}

std::vector<std::string> transcript_lines(history::scenario_result const& r) {
  using history::event_kind;
  std::vector<std::string> out;
  std::size_t width = 0;
  for (auto const& name : r.sessions) width = std::max(width, name.size());
  for (auto const& l : r.transcript) {
    auto const name = l.session < r.sessions.size() ? r.sessions[l.session] : "?";
    char const mark = l.kind == event_kind::sent ? '>' : l.kind == event_kind::received ? '<' : ':';
    auto const what = l.kind == event_kind::sent || l.kind == event_kind::received
                          ? std::string()
                          : std::string(history::name_of(l.kind)) + " ";
    out.push_back(fmt::format("{:9.3f} ms  {:{}}{} {}{}", double(l.at.count()) / 1e6, name, width, mark, what, l.text));
  }
  return out;
}

namespace {

/// "CVE-2021-38084 (3), 2 of security/ without a CVE": what is known of security, told even where only the counts are
/// read; empty: nothing.
std::string known_of_security(history::run_record const& run) {
  static std::regex const number("CVE-[0-9]{4}-[0-9]{4,}");
  std::map<std::string, std::size_t> times;
  std::size_t nameless = 0;
  for (auto const& r : run.results) {
    if (!r.known()) continue;
    auto said = r.title;
    for (auto const& f : r.findings)
      if (auto const why = run.known_reasons.find(history::finding_id(r, f)); why != run.known_reasons.end())
        said += " " + why->second;
    std::set<std::string> named;
    for (std::sregex_iterator at(said.begin(), said.end(), number), end; at != end; ++at) named.insert(at->str());
    for (auto const& one : named) ++times[one];
    nameless += named.empty() && r.id.starts_with("security/");
  }
  std::vector<std::string> out;
  for (auto const& [name, n] : times) out.push_back(n == 1 ? name : fmt::format("{} in {}", name, n));
  if (nameless > 0) out.push_back(fmt::format("{} of security/ without a CVE", nameless));
  return fmt::format("{}", fmt::join(out, ", "));
}

}  // namespace

std::string counts_line(history::run_record const& run) {
  std::string out = fmt::format("{} scenarios:", run.results.size());
  char const* comma = " ";
  for (auto v :
       {verdict::pass, verdict::info, verdict::warn, verdict::fail, verdict::unknown, verdict::error, verdict::skip})
    if (auto const n = run.count(v)) {
      out += fmt::format("{}{} {}", comma, n, history::name_of(v));
      comma = ", ";
    }
  std::size_t known = 0;
  for (auto const& r : run.results) known += r.known();
  auto const security = known_of_security(run);
  if (known)
    out += fmt::format(" ({} of the failures are known{}{})", known, security.empty() ? "" : ", among them ", security);
  return out;
}

std::string_view standing_note(history::scenario_result const& r) {
  if (r.outcome != verdict::fail) return "";
  switch (r.stands) {
    case history::standing::known: return "  (known)";
    case history::standing::fresh: return "  (new: does not gate before `mailrig baseline update`)";
    case history::standing::changed: return "  (fails in another way than the baseline knows)";
    case history::standing::regression: return "";
  }
  return "";
}

std::vector<std::string> exploration_lines(history::run_record const& run) {
  std::vector<std::string> out;
  auto const all = run.explored();
  if (all.kinds == 0) return out;
  out.push_back(
      fmt::format("explored: {} kinds, {} of {} pairs of argument forms sent", all.kinds, all.sent, all.pairs));
  for (auto const& r : run.results)
    for (auto const& e : r.explored)
      if (e.sent < e.pairs)
        out.push_back(fmt::format("not sent: {} of {} in {}: {}{}", e.pairs - e.sent, e.kind, r.id,
                                  fmt::join(e.missing, ", "), e.missing.size() < e.pairs - e.sent ? " ..." : ""));
  if (auto const left = run.unexercised(); !left.empty() && !run.part)
    out.push_back(fmt::format("announced, not exercised: {}", fmt::join(left, ", ")));
  return out;
}

std::string seconds(std::chrono::nanoseconds d) { return fmt::format("{:.2f} s", double(d.count()) / 1e9); }

}  // namespace mailrig::report
