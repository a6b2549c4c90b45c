// What lines need of a server is told by the commands that they are.
#include "scenario/needs.hpp"

#include <gtest/gtest.h>

namespace mailrig::scenario::needs_test {

TEST(Needs, ComeOfCommandsAndLiterals) {
  auto const s = read_script(
      "title x\nproves RFC3501-2.2.2-03\nsessions a p=pop3\na> SELECT INBOX\na< OK\na> uid move 1 $box\na< OK\na> "
      "IDLE\n"
      "a< +\na> DONE\na< OK\na> IDLE\na< NO\na> APPEND INBOX {mail+ plain}\na< OK\np> UIDL\np< +OK\n",
      "x.scn", "x");
  ASSERT_TRUE(s);
  EXPECT_EQ(needs_of(*s), (std::vector<std::string>{"MOVE", "IDLE", "LITERAL+"}));
}

}  // namespace mailrig::scenario::needs_test
