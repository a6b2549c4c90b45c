// causes: see causes.hpp.
#include "report/causes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::report {

using history::finding;
using history::scenario_result;
using history::verdict;

namespace {

/// What varies from scenario to scenario is taken out: numbers, and the tag of an answer.
std::string without_numbers(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const digit = text[i] >= '0' && text[i] <= '9';
    if (!digit)
      out += text[i];
    else if (out.empty() || out.back() != '#')
      out += '#';
  }
  // 'p# NO no such mailbox' came instead
  if (out.size() > 4 && out[0] == '\'' && out[2] == '#' && out[3] == ' ') out.erase(1, 3);
  return out;
}

bool is_expectation(finding const& f) { return f.rule.starts_with("expect.") || f.rule.starts_with("action."); }

std::string key_of(finding const& f) {
  if (!f.because.empty()) return "because " + f.because;
  if (!is_expectation(f)) {
    // One rule stands for every production of the grammar.
    auto const production = f.rule.starts_with("grammar.") ? f.text.substr(0, f.text.find(':')) : std::string();
    return fmt::format("{} {} {}", f.rule, f.requirement, production);
  }
  auto const said = without_numbers(f.text);
  // Where the server says why, its words are the cause; else what was asked of it is.
  bool const telling = said.find('[') != said.npos || base::words(said).size() > 5;
  bool const instead = said.find("came instead") != said.npos || f.rule.starts_with("action.");
  if (instead && telling) return fmt::format("expect {} / {}", said, f.expected.empty() ? "" : f.expected.front());
  return fmt::format("expect {} / {} / {} / {}", said, f.requirement, fmt::join(f.expected, " | "),
                     fmt::join(f.misses, " | "));
}

std::string line_of(finding const& f) {
  if (!f.because.empty()) return "not compared with what was expected: what came breaks the grammar";
  if (!is_expectation(f)) return fmt::format("{}: {}", f.rule, f.text);
  return f.expected.empty() ? f.text : fmt::format("{}; expected: {}", f.text, f.expected.front());
}

}  // namespace

cause& causes::under(std::string const& key, scenario_result const& r, verdict v) {
  auto const [at, first] = by_key_.emplace(key, all_.size());
  if (first) all_.emplace_back();
  auto& c = all_[at->second];
  c.outcome = history::worse(c.outcome, v);
  if (c.scenarios.empty() || c.scenarios.back() != &r) {
    c.scenarios.push_back(&r);
    c.known += r.known();
  }
  return c;
}

causes::causes(history::run_record const& run) {
  for (auto const& r : run.results) {
    if (r.outcome == verdict::skip) {
      skipped_[r.reason].push_back(&r);
      continue;
    }
    for (auto const& f : r.findings) {
      auto& c = under(key_of(f), r, f.outcome);
      if (c.what.empty()) c.what = line_of(f), c.finding = &f;
      of_finding_[&f] = std::size_t(&c - all_.data());
    }
    if (r.reason.empty() ||
        (r.outcome != verdict::unknown && r.outcome != verdict::error && r.outcome != verdict::fail))
      continue;
    auto& c = under("played " + without_numbers(r.reason), r,
                    r.outcome == verdict::error ? verdict::error : verdict::unknown);
    if (c.what.empty()) c.what = r.reason;
    of_result_[&r] = std::size_t(&c - all_.data());
  }
}

std::vector<cause const*> causes::by_weight() const {
  std::vector<cause const*> out;
  for (auto const& c : all_) out.push_back(&c);
  std::ranges::stable_sort(out, [](cause const* a, cause const* b) {
    return a->outcome != b->outcome ? a->outcome > b->outcome : a->scenarios.size() > b->scenarios.size();
  });
  return out;
}

cause const* causes::of(finding const& f) const {
  auto const at = of_finding_.find(&f);
  return at == of_finding_.end() ? nullptr : &all_[at->second];
}

std::vector<told_once> causes::told_by(scenario_result const& r) const {
  std::vector<told_once> out;
  for (auto const& f : r.findings) {
    auto const same = std::ranges::find_if(out, [&](told_once const& t) {
      return of(*t.finding) == of(f) && t.finding->rule == f.rule && t.finding->outcome == f.outcome &&
             !is_expectation(f);
    });
    if (same == out.end())
      out.push_back({&f, f.times});
    else
      same->times += f.times;
  }
  return out;
}

cause const* causes::of(scenario_result const& r) const {
  auto const at = of_result_.find(&r);
  return at == of_result_.end() ? nullptr : &all_[at->second];
}

bool causes::says_nothing_new(scenario_result const& r) const {
  bool old = false;
  if (auto const* c = of(r)) {
    if (c->is_first(r)) return false;
    old = true;
  }
  for (auto const& f : r.findings) {
    auto const* c = of(f);
    if (!c || c->is_first(r)) return false;
    old = true;
  }
  return old;
}

std::string scenarios_text(std::size_t n) { return fmt::format("{} scenario{}", n, n == 1 ? "" : "s"); }

}  // namespace mailrig::report
