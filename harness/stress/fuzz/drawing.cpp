// drawing: see drawing.hpp.
#include "stress/fuzz/drawing.hpp"

#include "stress/fuzz/mutator.hpp"
#include "stress/fuzz/settle.hpp"

namespace mailrig::stress {
namespace {

/// Within one play either all inputs keep to the grammar, so that every checker can be heard, or any may leave it.
class drawer {
 public:
  drawer(grammar const& words, corpus& kept, std::uint64_t seed) : words_(words), kept_(kept), random_(seed) {
    for (int i = 0; i < 2; ++i) random_.next();
    keeps_grammar_ = random_.below(4) == 0;
    for (auto const* m : base::registry<mutator>::all())
      if (m->keeps_grammar || !keeps_grammar_) ways_.push_back(m);
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
  bool keeps_grammar_ = false;
  std::vector<mutator const*> ways_;
};

}  // namespace

std::vector<input> draw(grammar const& words, corpus& kept, std::uint64_t seed, std::uint64_t play) {
  drawer d(words, kept, (seed * 1000003 + play) * 0x9E3779B97F4A7C15ULL);
  std::vector<input> out;
  while (out.size() < inputs_of_a_play) out.push_back(d.one());
  return out;
}

}  // namespace mailrig::stress
