// trait_flips: see trait_flips.hpp.
#include "scenario/trait_flips.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

namespace mailrig::scenario {

void blame_flips(history::run_record& record) {
  std::map<std::string, std::pair<std::string, std::string>> first;  // trait -> label, scenario
  for (auto& r : record.results)
    for (auto const& [trait, label] : r.traits) {
      auto const [known, fresh] = first.emplace(trait, std::pair(label, r.id));
      if (fresh || known->second.first == label) continue;
      history::finding f;
      f.rule = "trait." + trait;
      if (!r.proves.empty()) f.requirement = r.proves.front();
      f.weight = history::level::should;
      f.outcome = history::verdict_of(f.weight);
      f.text = fmt::format("'{}' here, '{}' in {}", label, known->second.first, known->second.second);
      f.expected = {known->second.first};
      r.outcome = history::worse(r.outcome, f.outcome);
      r.findings.push_back(std::move(f));
    }
}

}  // namespace mailrig::scenario
