// refusals: see refusals.hpp.
#include "scenario/explore/refusals.hpp"

#include <algorithm>

namespace mailrig::scenario {
namespace {

/// An archive gives nothing away, a store of one user needs no subscriptions; but what a mailbox holds can be read.
constexpr std::string_view may_be_missing[] = {"create", "delete",  "rename", "subscribe", "unsubscribe",
                                               "lsub",   "expunge", "copy",   "move"};

}  // namespace

void refusals::heard(std::string const& command, std::vector<std::string> const& grounds, bool granted) {
  auto const add = [&](std::string const& ground) {
    auto& c = heard_[{command, ground}];
    ++(granted ? c.granted : c.declined);
  };
  add("");
  for (auto const& g : grounds) add(g);
}

bool refusals::are_for_good(std::string const& command, std::vector<std::string> const& grounds) const {
  auto const always = [&](std::string const& ground) {
    auto const at = heard_.find({command, ground});
    return at != heard_.end() && at->second.granted == 0 && at->second.declined > 0;
  };
  return std::ranges::any_of(grounds, always) ||
         (std::ranges::find(may_be_missing, command) != std::end(may_be_missing) && always(""));
}

}  // namespace mailrig::scenario
