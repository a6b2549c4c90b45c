// fill_marks_test: what is found in a mailbox, and what is missing then.
#include "load/fill/fill_marks.hpp"

#include <gtest/gtest.h>

namespace mailrig::load::fill_marks_test {

TEST(FillMarks, SaysWhatIsMissing) {
  struct marks_case {
    char const* what;
    std::vector<std::string> headers;
    std::vector<std::uint32_t> missing;
    std::uint64_t twice, mailrigs, others;
  };
  auto const m = [](std::uint32_t n) { return fill_mark(7, n); };
  marks_case const all[] = {
      {"nothing there", {}, {0, 1, 2, 3}, 0, 0, 0},
      {"the first", {m(0), m(1)}, {2, 3}, 0, 0, 0},
      {"out of order, with a hole", {m(3), m(0), m(2)}, {1}, 0, 0, 0},
      {"one twice", {m(0), m(0)}, {1, 2, 3}, 1, 0, 0},
      {"another seed's", {fill_mark(8, 0)}, {0, 1, 2, 3}, 0, 1, 0},
      {"of a larger filling", {m(4)}, {0, 1, 2, 3}, 0, 1, 0},
      {"mailrig's", {"X-Mailrig-Owner: u1\r\n\r\n"}, {0, 1, 2, 3}, 0, 1, 0},
      {"somebody's", {"Subject: x\r\n\r\n", "\r\n"}, {0, 1, 2, 3}, 0, 0, 2},
      {"only looks like it", {"Subject: X-Mailrig-Fill: 0000000000000007.0\r\n\r\n"}, {0, 1, 2, 3}, 0, 0, 1},
      {"not in the header", {"Subject: x\r\n\r\n" + m(0)}, {0, 1, 2, 3}, 0, 0, 1},
      {"whole", {m(0), m(1), m(2), m(3)}, {}, 0, 0, 0},
  };
  for (auto const& c : all) {
    fill_marks f(7, 4);
    for (auto const& h : c.headers) f.see(h);
    EXPECT_EQ(f.missing(), c.missing) << c.what;
    EXPECT_EQ(f.twice(), c.twice) << c.what;
    EXPECT_EQ(f.mailrigs(), c.mailrigs) << c.what;
    EXPECT_EQ(f.others(), c.others) << c.what;
  }
}

TEST(FillMarks, TwoMessagesTellAWholeMailbox) {
  fill_marks f(7, 4);
  auto const mine = f.read(fill_mark(7, 0)), last = f.read(fill_mark(7, 3)), other = f.read("Subject: x\r\n\r\n");
  EXPECT_TRUE(f.is_whole(4, mine, last));
  EXPECT_FALSE(f.is_whole(3, mine, last));
  EXPECT_FALSE(f.is_whole(5, mine, last));
  EXPECT_FALSE(f.is_whole(4, mine, other));
  EXPECT_FALSE(fill_marks(7, 0).is_whole(0, mine, last));
  f.all_there();
  EXPECT_TRUE(f.missing().empty());
}

}  // namespace mailrig::load::fill_marks_test
