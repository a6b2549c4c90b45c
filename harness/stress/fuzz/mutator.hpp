// mutator: one way in which the fuzzer makes another conversation of one that it has. Kinds register themselves.
#pragma once

#include <optional>

#include "base/registry.hpp"
#include "stress/fuzz/input.hpp"

namespace mailrig::stress {

struct mutation {
  base::rng& random;
  grammar const& words;
  input const& other;  ///< of the same protocol, to take steps from
};

struct mutator {
  std::string_view name;
  std::string_view summary;
  bool keeps_grammar;  ///< what it makes of well-formed commands are well-formed ones
  /// False when it has found nothing to change. Expectations are settled afterwards.
  bool (*change)(input&, mutation&);
};

/// A step of the input that says something; nothing when there is none.
std::optional<std::size_t> speaking_step(input const& in, base::rng& random);
/// What such a step sends; a command's tag is drawn.
std::string spoken(input const& in, std::size_t step, base::rng& random);

}  // namespace mailrig::stress
