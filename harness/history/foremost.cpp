// foremost: see foremost.hpp.
#include "history/foremost.hpp"

namespace mailrig::history {

finding const* foremost(std::vector<finding> const& all, std::string_view rule) {
  finding const* best = nullptr;
  for (auto const& f : all)
    if ((rule.empty() || f.rule == rule) &&
        (!best || f.outcome > best->outcome || (f.outcome == best->outcome && f.at < best->at)))
      best = &f;
  return best;
}

}  // namespace mailrig::history
