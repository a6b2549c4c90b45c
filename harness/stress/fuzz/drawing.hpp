// drawing: which inputs are played next: the next of a round through all kinds of arguments, fresh ones of the grammar,
// and what mutators make of those that were kept.
#pragma once

#include "stress/fuzz/argument_round.hpp"
#include "stress/fuzz/batch.hpp"
#include "stress/fuzz/corpus.hpp"

namespace mailrig::stress {

inline constexpr std::size_t inputs_of_a_play = 8;

/// In one play of so many nothing leaves the grammar; in each of the others so many inputs are of the round.
inline constexpr std::uint64_t plays_to_one_of_the_grammar = 4, rounds_of_a_play = 2;

/// With which a play's own random numbers begin. They are no other play's.
std::uint64_t seed_of_play(std::uint64_t seed, std::uint64_t play);

/// The inputs of the n-th play of a run, from 1: the same for the same seed, number and corpus.
std::vector<input> draw(grammar const& words, argument_round const& round, corpus& kept, std::uint64_t seed,
                        std::uint64_t play);

}  // namespace mailrig::stress
