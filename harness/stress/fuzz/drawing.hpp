// drawing: which inputs are played next: fresh ones of the grammar, and what mutators make of those that were kept.
#pragma once

#include "stress/fuzz/batch.hpp"
#include "stress/fuzz/corpus.hpp"

namespace mailrig::stress {

inline constexpr std::size_t inputs_of_a_play = 8;

/// The inputs of the n-th play of a run: the same for the same seed, number and corpus.
std::vector<input> draw(grammar const& words, corpus& kept, std::uint64_t seed, std::uint64_t play);

}  // namespace mailrig::stress
