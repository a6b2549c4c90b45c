#include "history/requirement.hpp"

#include <gtest/gtest.h>

namespace mailrig::history::requirement_test {

TEST(Catalogue, ReadsRowsAndGradesThem) {
  auto const c = catalogue::parse(
      "id\trfc\tsection\tlevel\tsubject\ttestable\tneeds\tsummary\tcheck\n"
      "RFC3501-7.4.1-05\tRFC3501\t7.4.1\tMUST-NOT\tserver\tyes\t-\ts\tc\n"
      "RFC3501-5.2-02\tRFC3501\t5.2\tSHOULD\tserver\tyes\t-\ts\tc\n");
  ASSERT_TRUE(c);
  EXPECT_EQ(c->level_of("RFC3501-7.4.1-05"), level::must);
  EXPECT_EQ(c->level_of("RFC3501-5.2-02"), level::should);
  EXPECT_EQ(c->find("nope"), nullptr);
}

TEST(Catalogue, SaysWhichLineIsWrong) {
  auto const c = catalogue::parse("id\nRFC1\tx\n");
  ASSERT_FALSE(c);
  EXPECT_EQ(c.error().text, "line 2: 2 columns, not 9");
  EXPECT_FALSE(catalogue::parse("id\nA\tB\tC\tPERHAPS\tE\tF\tG\tH\tI\n"));
}

TEST(Catalogue, CitesTheSection) {
  EXPECT_EQ(citation("RFC3501-7.4.1-05"), "RFC 3501 §7.4.1");
  EXPECT_EQ(citation("P30"), "P30");
}

}  // namespace mailrig::history::requirement_test
