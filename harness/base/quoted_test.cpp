// quoted_test: what a reader of quoted strings would take for its own has a backslash.
#include "base/quoted.hpp"

#include <gtest/gtest.h>

namespace mailrig::base::quoted_test {

TEST(Quoted, QuotesAndBackslashesAreEscaped) {
  EXPECT_EQ(mailrig::base::quoted(""), "\"\"");
  EXPECT_EQ(mailrig::base::quoted("a \"b\" \\c"), "\"a \\\"b\\\" \\\\c\"");
}

}  // namespace mailrig::base::quoted_test
