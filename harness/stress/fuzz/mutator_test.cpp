// Whatever mutators make is an input still: settled, it can be written and read, and those that keep the grammar say
// nothing odd.
#include "stress/fuzz/mutator.hpp"

#include <gtest/gtest.h>

#include <set>

#include "stress/fuzz/drawing.hpp"
#include "stress/fuzz/settle.hpp"

namespace mailrig::stress::mutator_test {
namespace {

using history::protocol;

class MutatorOf : public testing::TestWithParam<protocol> {};

TEST_P(MutatorOf, ChangesWhatCanBeReadAgain) {
  grammar const words(GetParam(), {"IDLE", "MOVE", "TOP", "UIDL"}, "/");
  for (auto const* kind : base::registry<mutator>::all()) {
    base::rng random(5);
    int changed = 0;
    for (int i = 0; i < 300; ++i) {
      auto in = derive_input(words, random);
      settle(in);
      auto const other = derive_input(words, random);
      auto const before = text_of(in);
      mutation m{random, words, other};
      if (!kind->change(in, m)) continue;
      EXPECT_TRUE(!kind->keeps_grammar || !in.odd) << kind->name;
      settle(in);
      auto const text = text_of(in);
      changed += text != before;
      auto const again = read_input(text, "x.scn");
      ASSERT_TRUE(again) << kind->name << ": " << again.error().text << '\n' << text;
      EXPECT_EQ(text_of(*again), text);
    }
    EXPECT_GT(changed, 100) << kind->name;
  }
}

TEST_P(MutatorOf, FindsNothingInAnEmptyInput) {
  grammar const words(GetParam(), {}, "/");
  base::rng random(5);
  input const other = derive_input(words, random);
  for (auto const* kind : base::registry<mutator>::all()) {
    input nothing;
    nothing.proto = GetParam();
    mutation m{random, words, other};
    EXPECT_FALSE(kind->change(nothing, m)) << kind->name;
  }
}

TEST_P(MutatorOf, DrawsTheSameForTheSameSeed) {
  grammar const words(GetParam(), {}, "/");
  argument_round const round(words);
  auto const texts = [&](std::uint64_t seed, std::uint64_t play) {
    corpus kept;
    base::rng random(1);
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(kept.add(derive_input(words, random), 2));
    std::string out;
    for (auto const& in : draw(words, round, kept, seed, play)) out += text_of(in);
    return out;
  };
  EXPECT_EQ(texts(1, 1), texts(1, 1));
  std::set<std::string> all;
  for (std::uint64_t n = 0; n < 20; ++n) all.insert(texts(1, n)), all.insert(texts(2, n));
  EXPECT_EQ(all.size(), 40u);
}

/// A generator whose state is another's some steps later says the same some steps later.
TEST(Drawing, GivesEachPlayRandomNumbersOfItsOwn) {
  std::set<std::uint64_t> drawn;
  constexpr std::size_t plays = 200, numbers = 500;
  for (std::uint64_t play = 1; play <= plays; ++play) {
    base::rng random(seed_of_play(1, play));
    for (std::size_t i = 0; i < numbers; ++i) drawn.insert(random.next());
  }
  EXPECT_EQ(drawn.size(), plays * numbers);
}

INSTANTIATE_TEST_SUITE_P(Protocols, MutatorOf, testing::Values(protocol::imap, protocol::pop3));

}  // namespace
}  // namespace mailrig::stress::mutator_test
