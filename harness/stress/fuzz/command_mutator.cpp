// command_mutator: whole commands added, lost, doubled, exchanged, or taken from another conversation.
#include <algorithm>

#include "stress/fuzz/mutator.hpp"

namespace mailrig::stress::command_mutator {
namespace {

using scenario::operation;

/// From another conversation, said by a session of this one.
void splice(input& in, std::size_t at, mutation& m) {
  std::vector<operation> taken;
  for (auto const& o : m.other.steps)
    if (speaks(o) && taken.size() < 4 && (!taken.empty() || m.random.below(2))) taken.push_back(o);
  auto const session = in.steps[at].session;
  for (auto& o : taken) o.session = session;
  in.odd = in.odd || (m.other.odd && !taken.empty());
  in.steps.insert(in.steps.begin() + std::ptrdiff_t(at) + 1, taken.begin(), taken.end());
}

bool change(input& in, mutation& m) {
  auto const at = speaking_step(in, m.random);
  if (!at) return false;
  auto const here = in.steps.begin() + std::ptrdiff_t(*at);
  auto const session = here->session;
  switch (m.random.below(6)) {
    case 0: in.steps.erase(here); return true;
    case 1: in.steps.insert(here, operation(*here)); return true;
    case 2: {
      auto const to = speaking_step(in, m.random);
      if (in.steps[*to].session != session) return false;
      std::swap(in.steps[*at], in.steps[*to]);
      return true;
    }
    case 3: splice(in, *at, m); return true;
    default: in.steps.insert(std::next(here), say(session, m.words.derive("command", m.random))); return true;
  }
}

mutator const kind{"command", "whole commands added, lost, doubled, exchanged or taken from another conversation", true,
                   &change};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::stress::command_mutator
