#include "scenario/escapes.hpp"

#include <gtest/gtest.h>

namespace mailrig::scenario::escapes_test {

TEST(Escapes, AreReadAndWhatIsNoneIsFound) {
  EXPECT_EQ(unescaped(R"(a\r\n\x41\"\\)"), "a\r\nA\"\\");
  EXPECT_EQ(unescaped(R"(\xff\0)").size(), 2u);
  EXPECT_EQ(bad_escape(R"(a \x41 \\xZZ)"), "");
  EXPECT_EQ(bad_escape(R"(a \xZZ)"), R"(\xZZ)");
  EXPECT_EQ(bad_escape(R"(\x4)"), R"(\x4)");
}

}  // namespace mailrig::scenario::escapes_test
