// What a server's processes spent adds up through ends, forks, adoptions and restarts, by tables of what was seen.
#include "load/carried_sum.hpp"

#include <gtest/gtest.h>

namespace mailrig::load::carried_sum_test {

namespace {

struct look {
  std::vector<process_share> there;
  double sum;
};

void looks(char const* about, std::vector<look> const& all) {
  carried_sum s;
  for (std::size_t n = 0; n < all.size(); ++n) EXPECT_DOUBLE_EQ(s.take(all[n].there), all[n].sum) << about << ' ' << n;
}

}  // namespace

TEST(CarriedSum, NeverGoesBack) {
  looks("one process", {{{{1, 7, 0, 2, 0}}, 2}, {{{1, 7, 0, 5, 0}}, 5}});
  looks("a child ends, and its parent inherits", {{{{1, 7, 0, 2, 0}, {2, 8, 1, 3, 0}}, 5}, {{{1, 7, 0, 6, 4}}, 6}});
  looks("a child ends, and nobody waits for it", {{{{1, 7, 0, 2, 0}, {2, 8, 1, 3, 0}}, 5}, {{{1, 7, 0, 2.5, 0}}, 5.5}});
  looks("two end, one is inherited",
        {{{{1, 7, 0, 2, 0}, {2, 8, 1, 3, 0}, {3, 9, 1, 2, 0}}, 7}, {{{1, 7, 0, 5, 3}}, 7}, {{{1, 7, 0, 6, 3}}, 8}});
  looks("children that came and went between two looks", {{{{1, 7, 0, 2, 0}}, 2}, {{{1, 7, 0, 9, 7}}, 9}});
  looks("restarted, with a new pid", {{{{1, 7, 0, 9, 4}}, 9}, {{}, 9}, {{{5, 20, 0, 1, 0}}, 10}});
  looks("the pid is used again", {{{{1, 7, 0, 9, 4}}, 9}, {{{1, 30, 0, 1, 0}}, 10}});
  looks("the parent is restarted too", {{{{1, 7, 0, 2, 0}, {2, 8, 1, 3, 0}}, 5}, {{{1, 40, 0, 1, 0}}, 6}});
}

TEST(RisenCounter, ACounterThatBeginsAnewIsAdded) {
  risen_counter c;
  double const seen[] = {5, 9, 2, 4, 0, 1}, risen[] = {5, 9, 11, 13, 13, 14};
  for (std::size_t i = 0; i < std::size(seen); ++i) EXPECT_DOUBLE_EQ(c.take(seen[i]), risen[i]) << i;
}

}  // namespace mailrig::load::carried_sum_test
