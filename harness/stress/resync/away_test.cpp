// away_test: so many changes are so many, each to a message of its own, and the mailbox keeps its size.
#include "stress/resync/away.hpp"

#include <gtest/gtest.h>

#include "stress/resync/resync.hpp"

namespace mailrig::stress::away_test {

TEST(Away, MakesSoManyChangesEachToAMessageOfItsOwn) {
  mailbox_copy box;
  for (std::uint32_t uid = 1; uid <= 200; ++uid)
    box.mail[2 * uid] = uid % 3 == 0 ? mailbox_copy::flag_names{"\\flagged"} : mailbox_copy::flag_names{};
  for (std::size_t const n : {0, 1, 4, 5, 10, 100, 200}) {
    base::rng random(n);
    auto const c = plan_changes(box, n, random);
    EXPECT_EQ(c.count(), n);
    EXPECT_EQ(c.come, n / 5);
    EXPECT_EQ(c.gone.size(), c.come) << "the size stays";
    std::set<std::uint32_t> touched;
    for (auto const* list : {&c.gone, &c.flagged, &c.unflagged})
      for (auto const uid : *list) EXPECT_TRUE(box.mail.contains(uid) && touched.insert(uid).second) << uid;
    for (auto const uid : c.flagged) EXPECT_FALSE(box.mail[uid].contains("\\flagged"));
    for (auto const uid : c.unflagged) EXPECT_TRUE(box.mail[uid].contains("\\flagged"));
  }
  base::rng random(1);
  EXPECT_EQ(plan_changes(box, 1000, random).count(), 200u) << "no more than there are messages";
}

TEST(Away, ChangesGrowTenfoldUpToTheMost) {
  using list = std::vector<std::size_t>;
  EXPECT_EQ(growing_changes(0), (list{0}));
  EXPECT_EQ(growing_changes(7), (list{0, 7}));
  EXPECT_EQ(growing_changes(10), (list{0, 10}));
  EXPECT_EQ(growing_changes(1000), (list{0, 10, 100, 1000}));
  EXPECT_EQ(growing_changes(2500), (list{0, 10, 100, 1000, 2500}));
}

}  // namespace mailrig::stress::away_test
