// baseline: see baseline.hpp.
#include "report/baseline.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "base/text.hpp"
#include "base/text_lines.hpp"

namespace mailrig::report {

using history::standing;
using history::verdict;

namespace {

/// "a/b~octets#rule" as "a/b#rule": what a scenario fails by, it fails by in pieces too.
std::string without_variant(std::string id) {
  auto const tilde = id.find('~');
  if (tilde != id.npos) id.erase(tilde, std::min(id.find('#'), id.size()) - tilde);
  return id;
}

std::string scenario_of(std::string const& pattern) { return pattern.substr(0, pattern.find('#')); }

}  // namespace

base::result<baseline> baseline::read(std::filesystem::path const& file) {
  auto const text = base::read_file(file);
  if (!text) return text.error();
  auto out = parse(*text, file.string());
  if (out && out->empty() && out->tests_.empty() && out->comments_.empty())
    return base::fault{
        1, file.string(),
        fmt::format("{}: there is no line in it; `mailrig baseline update --baseline {}` writes one anew",
                    file.string(), file.string())};
  return out;
}

base::result<baseline> baseline::parse(std::string_view text, std::string const& name) {
  baseline out;
  auto const lines = base::lines_of(text);
  if (!lines)
    return base::fault{lines.error().offset, name,
                       fmt::format("{}:{}: {}", name, lines.error().offset, lines.error().text)};
  for (auto const& [number, whole] : *lines) {
    auto line = base::trim(whole);
    if (line.starts_with('#') && out.lines_.empty() && out.tests_.empty()) out.comments_.emplace_back(line);
    if (line.empty() || line[0] == '#') continue;
    if (line.starts_with("+ ")) {
      out.tests_.emplace(base::trim(line.substr(2)));
      continue;
    }
    entry e;
    e.text = line;
    if (auto const marked = take_marks(line, e); !marked)
      return base::fault{number, name, fmt::format("{}:{}: {}", name, number, marked.error().text)};
    auto const space = line.find(' ');
    if (space == line.npos || line.find('#') == line.npos || line.find('#') > space)
      return base::fault{
          number, name,
          fmt::format("{}:{}: a line is 'scenario#rule reason'; the reason may not be missing", name, number)};
    e.pattern = line.substr(0, space);
    e.reason = base::trim(line.substr(space));
    out.lines_.push_back(std::move(e));
  }
  return out;
}

base::result<void> baseline::take_marks(std::string_view& line, entry& e) {
  if (line.empty()) return {};
  bool const flaky = line.starts_with('~');
  auto const first = line.substr(0, line.find(' '));
  if (!flaky && (!first.starts_with('x') || first.find('#') != first.npos)) return {};
  auto const n = base::number(first.substr(1));
  if (!n || *n == 0)
    return base::fault{0, "",
                       flaky ? "a flaky line is '~N scenario#rule reason', N at least 1"
                             : "a line of what is known so often is 'xN scenario#rule reason', N at least 1"};
  (flaky ? e.bound : e.times) = *n;
  line = base::trim(line.substr(first.size()));
  return take_marks(line, e);
}

std::optional<std::size_t> baseline::line_for(std::string const& id) const {
  auto const plain = without_variant(id);
  for (std::size_t i = 0; i < lines_.size(); ++i)
    if (base::glob(lines_[i].pattern, id) || base::glob(lines_[i].pattern, plain)) return i;
  return std::nullopt;
}

void baseline::apply(history::run_record& run, bool whole) const {
  std::vector<std::size_t> used(lines_.size());
  for (auto& r : run.results) {
    bool all = true, any = false, mentioned = false;
    for (auto const& f : r.findings) {
      if (f.outcome < verdict::fail) continue;
      auto const id = history::finding_id(r, f);
      auto const line = line_for(id);
      bool const within = line && (lines_[*line].bound == 0 || used[*line] < lines_[*line].bound) &&
                          (lines_[*line].times == 0 || f.times <= lines_[*line].times);
      if (line) ++used[*line];
      if (within) run.known_reasons[id] = lines_[*line].reason;
      any = true;
      all = all && within;
      mentioned = mentioned || line;
    }
    // What cannot be prepared on this server, or told there, is known by "scenario#prepare"; only a person writes that.
    if (r.outcome == verdict::unknown && (!any || all)) {
      auto const id = r.id + "#prepare";
      if (auto const line = line_for(id); line && lines_[*line].pattern.ends_with("#prepare")) {
        ++used[*line];
        run.known_reasons[id] = lines_[*line].reason;
        r.stands = standing::known;
      }
    }
    if (r.outcome != verdict::fail || !any) continue;
    auto const plain = without_variant(r.id);
    bool const named = std::ranges::any_of(lines_, [&](entry const& e) {
      return e.bound == 0 && base::glob(scenario_of(e.pattern), plain) &&
             scenario_of(e.pattern).find('*') == std::string::npos;
    });
    r.stands = all                                         ? standing::known
               : !tests_.empty() && !tests_.contains(r.id) ? standing::fresh
               : mentioned || named                        ? standing::changed
                                                           : standing::regression;
  }
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (used[i] || lines_[i].bound) continue;
    auto const about = scenario_of(lines_[i].pattern);
    bool const many = about.find_first_of("*?") != about.npos;
    if (many && !whole) continue;
    bool ran = false, passed = true, undecided = false;
    for (auto const& r : run.results) {
      if (!base::glob(about, r.id)) continue;
      if (r.outcome == verdict::skip) continue;
      // What was not played to its end says nothing of what it would have shown.
      if (!r.reason.empty()) {
        undecided = undecided || many;
        continue;
      }
      ran = true;
      passed = passed && r.outcome != verdict::fail;
    }
    if (ran && !undecided)
      run.stale.push_back(fmt::format("{} ({})", lines_[i].pattern,
                                      passed ? "unexpected pass" : "the scenario fails, but not by this any more"));
  }
}

std::string baseline::updated(history::run_record const& run, history::catalogue const& requirements,
                              bool name_tests) const {
  std::string out;
  for (auto const& c : comments_) out += c + "\n";
  std::set<std::string> gone;
  for (auto const& s : run.stale) gone.insert(s.substr(0, s.find(' ')));
  for (auto const& e : lines_)
    if (!gone.contains(e.pattern)) out += e.text + "\n";
  std::set<std::string> added;
  for (auto const& r : run.results)
    for (auto const& f : r.findings) {
      auto const id = without_variant(history::finding_id(r, f));
      if (f.outcome != verdict::fail || line_for(id) || !added.insert(id).second) continue;
      auto const* row = requirements.find(f.requirement);
      auto came = base::printable(std::string_view(f.octets).substr(0, 60));
      out += fmt::format("{} {}: {}; {}{}\n", id, history::citation(f.requirement), row ? row->summary : "",
                         f.text.substr(0, 120),
                         f.text.find("came instead") != f.text.npos || came.empty() ? "" : ", in: " + came);
    }
  auto tests = tests_;
  if (name_tests)
    for (auto const& r : run.results) tests.insert(r.id);
  for (auto const& t : tests) out += "+ " + t + "\n";
  return out.empty() ? "# No failure is known: a line would be scenario#rule, then the reason.\n" : out;
}

}  // namespace mailrig::report
