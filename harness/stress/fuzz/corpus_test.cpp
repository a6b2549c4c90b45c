// A corpus on disk: what was kept is there again, and so is how far its run had come.
#include "stress/fuzz/corpus.hpp"

#include <gtest/gtest.h>

#include "base/file.hpp"
#include "base/scratch_folder.hpp"

namespace mailrig::stress::corpus_test {
namespace {

using history::protocol;

input some(std::uint64_t seed, protocol proto) {
  base::rng random(seed);
  return derive_input(grammar(proto, {}, "/"), random);
}

class Corpus : public testing::Test {
 protected:
  base::scratch_folder own_ = base::scratch_folder::make("corpus").value();
  std::filesystem::path folder_ = own_.path() / "kept";
};

TEST_F(Corpus, IsThereAgain) {
  auto kept = corpus::open(folder_, protocol::imap);
  ASSERT_TRUE(kept);
  for (std::uint64_t n = 0; n < 5; ++n) ASSERT_TRUE(kept->add(some(n, protocol::imap), n));
  ASSERT_TRUE(kept->write({7, 42}));
  auto const again = corpus::open(folder_, protocol::imap);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->size(), 5u);
  auto const run = again->last_run();
  ASSERT_TRUE(run);
  ASSERT_TRUE(*run);
  EXPECT_EQ((*run)->seed, 7u);
  EXPECT_EQ((*run)->plays, 42u);
}

TEST_F(Corpus, ProtocolsShareAFolder) {
  auto imap = corpus::open(folder_, protocol::imap), pop3 = corpus::open(folder_, protocol::pop3);
  ASSERT_TRUE(imap && pop3);
  ASSERT_TRUE(imap->add(some(1, protocol::imap), 1));
  ASSERT_TRUE(pop3->add(some(1, protocol::pop3), 1));
  EXPECT_EQ(corpus::open(folder_, protocol::imap)->size(), 1u);
  EXPECT_EQ(corpus::open(folder_, protocol::pop3)->size(), 1u);
  EXPECT_FALSE(*corpus::open(folder_, protocol::pop3)->last_run());
}

TEST_F(Corpus, SaysWhichFileIsWrong) {
  ASSERT_TRUE(base::write_file(folder_ / "imap-1.scn", "no scenario\n"));
  auto const kept = corpus::open(folder_, protocol::imap);
  ASSERT_FALSE(kept);
  EXPECT_NE(kept.error().text.find("imap-1.scn"), std::string::npos);
  ASSERT_TRUE(base::write_file(folder_ / "imap-1.scn", text_of(some(1, protocol::imap))));
  ASSERT_TRUE(base::write_file(folder_ / "imap.run", "seed x\n"));
  auto const run = corpus::open(folder_, protocol::imap)->last_run();
  ASSERT_FALSE(run);
  EXPECT_NE(run.error().text.find("imap.run"), std::string::npos);
}

TEST(CorpusChoice, PrefersWhatBroughtMuch) {
  corpus kept;
  for (std::uint64_t n = 0; n < 10; ++n) ASSERT_TRUE(kept.add(some(n, protocol::imap), n == 3 ? 8 : 0));
  auto const best = text_of(kept.at(3));
  base::rng random(1);
  int first = 0;
  for (int i = 0; i < 10; ++i) first += text_of(kept.choose(random)) == best;
  EXPECT_GE(first, 4);
  for (int i = 0; i < 1000; ++i) (void)kept.choose(random);
  int later = 0;
  for (int i = 0; i < 100; ++i) later += text_of(kept.choose(random)) == best;
  EXPECT_LT(later, 40);
}

}  // namespace
}  // namespace mailrig::stress::corpus_test
