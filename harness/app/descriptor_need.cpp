// descriptor_need: see descriptor_need.hpp.
#include "app/descriptor_need.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace mailrig::app {
namespace {

constexpr std::size_t of_process =
    24;                             ///< standard ones, the server's entrances, what a thread or a file takes briefly
constexpr std::size_t of_loop = 4;  ///< the reactor's own, and a trace

}  // namespace

std::size_t descriptors_of(std::vector<scenario::script const*> scripts, std::size_t jobs, bool both_ends) {
  std::vector<std::size_t> sessions;
  // One more prepares the account, and one empties it.
  for (auto const* s : scripts) sessions.push_back(s->sessions.size() + 2);
  std::ranges::sort(sessions, std::greater());
  if (sessions.size() > jobs) sessions.resize(jobs);
  auto needed = of_process;
  for (auto const n : sessions) needed += of_loop + n * (both_ends ? 2 : 1);
  return needed;
}

std::string lacks_descriptors(std::vector<scenario::script const*> const& scripts, std::size_t jobs, bool both_ends,
                              std::size_t limit) {
  auto const needed = descriptors_of(scripts, jobs, both_ends);
  if (needed <= limit) return {};
  auto fewer = std::min(jobs, scripts.size());
  while (fewer > 0 && descriptors_of(scripts, fewer, both_ends) > limit) --fewer;
  auto const how = fewer > 0
                       ? fmt::format("use --jobs {}", fewer)
                       : fmt::format("ulimit -n {} is enough for one at a time", descriptors_of(scripts, 1, both_ends));
  return fmt::format("these scenarios may need {} descriptors, and the process may open {}: {}", needed, limit, how);
}

}  // namespace mailrig::app
