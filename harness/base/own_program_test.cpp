#include "base/own_program.hpp"

#include <gtest/gtest.h>

namespace mailrig::base::own_program_test {

TEST(OwnProgram, IsTheFileThatRuns) { EXPECT_EQ(mailrig::base::own_program().filename(), "mailrig_tests"); }

}  // namespace mailrig::base::own_program_test
