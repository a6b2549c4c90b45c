// baseline: see baseline.hpp.
#include "report/baseline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/text.hpp"

namespace mailrig::report {

using history::verdict;

namespace {

/// "a/b~octets#rule" as "a/b#rule".
std::string without_variant(std::string id) {
  auto const tilde = id.find('~');
  if (tilde != id.npos) id.erase(tilde, id.find('#') - tilde);
  return id;
}

}  // namespace

base::result<baseline> baseline::read(std::filesystem::path const& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return base::fault{0, file.string(), "cannot be read"};
  std::ostringstream all;
  all << in.rdbuf();
  return parse(all.str(), file.string());
}

base::result<baseline> baseline::parse(std::string_view text, std::string const& name) {
  baseline out;
  std::size_t number = 0;
  for (auto line : base::split(text, '\n')) {
    ++number;
    line = base::trim(line);
    if (line.empty() || line[0] == '#') continue;
    auto const space = line.find(' ');
    if (space == line.npos || line.find('#') == line.npos || line.find('#') > space)
      return base::fault{
          number, name,
          fmt::format("{}:{}: a line is 'scenario#rule reason'; the reason may not be missing", name, number)};
    out.lines_.push_back({std::string(line.substr(0, space)), std::string(base::trim(line.substr(space)))});
  }
  return out;
}

void baseline::apply(history::run_record& run) const {
  std::vector<bool> used(lines_.size());
  for (auto& r : run.results) {
    bool all = true, any = false;
    for (auto const& f : r.findings) {
      if (f.outcome < verdict::fail) continue;
      auto const id = history::finding_id(r, f);
      auto const plain = without_variant(id);  // what a scenario fails by, it fails by in pieces too
      bool known = false;
      for (std::size_t i = 0; i < lines_.size(); ++i)
        if (base::glob(lines_[i].pattern, id) || base::glob(lines_[i].pattern, plain)) {
          used[i] = known = true;
          run.known_reasons[id] = lines_[i].reason;
        }
      any = true;
      all = all && known;
    }
    r.known = r.outcome == verdict::fail && any && all;
  }
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    auto const scenario = lines_[i].pattern.substr(0, lines_[i].pattern.find('#'));
    bool const ran = std::ranges::any_of(run.results, [&](auto const& r) {
      return r.outcome != verdict::skip && r.outcome != verdict::error && base::glob(scenario, r.id);
    });
    if (!used[i] && ran) run.stale.push_back(lines_[i].pattern);
  }
}

}  // namespace mailrig::report
