// drawing: see drawing.hpp.
#include "stress/fuzz/drawing.hpp"

#include "stress/fuzz/mutator.hpp"
#include "stress/fuzz/settle.hpp"

namespace mailrig::stress {
namespace {

/// Within one play either all inputs keep to the grammar, so that every checker can be heard, or any may leave it.
class drawer {
 public:
  drawer(grammar const& words, corpus& kept, bool keeps_grammar, std::uint64_t seed)
      : words_(words), kept_(kept), random_(seed), keeps_grammar_(keeps_grammar) {
    for (auto const* m : base::registry<mutator>::all())
      if (m->keeps_grammar || !keeps_grammar_) ways_.push_back(m);
  }

  input of_round(argument_round const& round, std::uint64_t number) {
    auto out = round.one(number, random_);
    settle(out);
    return out;
  }

  input one() {
    auto out = begin();
    auto const other = begin();
    mutation m{random_, words_, other};
    for (auto left = 1 + random_.below(4); left > 0; --left) {
      auto const* way = ways_[random_.below(ways_.size())];
      if (way->change(out, m)) out.odd = out.odd || !way->keeps_grammar;
    }
    settle(out);
    return out;
  }

 private:
  input begin() {
    for (int tries = 0; tries < 4 && !kept_.empty() && random_.below(4) != 0; ++tries)
      if (auto const& chosen = kept_.choose(random_); !keeps_grammar_ || !chosen.odd) return chosen;
    return derive_input(words_, random_);
  }

  grammar const& words_;
  corpus& kept_;
  base::rng random_;
  bool keeps_grammar_;
  std::vector<mutator const*> ways_;
};

}  // namespace

std::uint64_t seed_of_play(std::uint64_t seed, std::uint64_t play) {
  // Hashed, not multiplied: a generator that begins where another has come to only says again what that one said.
  return base::rng(base::rng(seed).next() ^ play).next();
}

std::vector<input> draw(grammar const& words, argument_round const& round, corpus& kept, std::uint64_t seed,
                        std::uint64_t play) {
  bool const keeps_grammar = play % plays_to_one_of_the_grammar == 0;
  drawer d(words, kept, keeps_grammar, seed_of_play(seed, play));
  std::vector<input> out;
  auto const odd_plays = play - play / plays_to_one_of_the_grammar;  // up to this one
  for (std::uint64_t i = 0; !keeps_grammar && i < rounds_of_a_play; ++i)
    out.push_back(d.of_round(round, (odd_plays - 1) * rounds_of_a_play + i));
  while (out.size() < inputs_of_a_play) out.push_back(d.one());
  return out;
}

}  // namespace mailrig::stress
