// inventory: see inventory.hpp.
#include "app/inventory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "check/checker.hpp"

namespace mailrig::app {

std::map<std::string, std::vector<std::string>> proofs(std::vector<scenario::script> const& scripts) {
  std::map<std::string, std::vector<std::string>> out;
  auto add = [&](std::string const& requirement, std::string const& by) {
    auto& list = out[requirement];
    if (std::ranges::find(list, by) == list.end()) list.push_back(by);
  };
  for (auto const& s : scripts) {
    for (auto const& id : s.proves) add(id, s.id);
    for (auto const& o : s.operations)
      for (auto const& id : o.proves) add(id, s.id);
  }
  for (auto const* kind : base::registry<check::checker_kind>::all())
    for (auto const& rule : kind->rules) {
      auto const name = fmt::format("{}.{}", kind->name, rule.name);
      add(std::string(rule.requirement), name);
      for (auto const id : base::words(rule.also)) add(std::string(id), name);
    }
  return out;
}

}  // namespace mailrig::app
