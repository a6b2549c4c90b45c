// Rights in any order.
#include "scenario/rights.hpp"

#include <gtest/gtest.h>

#include "scenario/pattern.hpp"

namespace mailrig::scenario::rights_test {
namespace {

bool matches(std::string_view wanted, std::string_view came) {
  auto const p = pattern::read(wanted, history::protocol::imap);
  EXPECT_TRUE(p) << wanted;
  arrival a;
  a.octets = std::string(came) + "\r\n";
  wire::imap::read(a.octets, a.response);
  EXPECT_FALSE(a.response.violation) << came;
  a.what = arrival::kind::untagged;
  values v;
  return p && p->matches(a, v);
}

TEST(rights, letters_are_a_set) {
  EXPECT_TRUE(same_rights("rsw", "wrs"));
  EXPECT_FALSE(same_rights("rsw", "rs"));
  EXPECT_FALSE(same_rights("rs", "rsw"));
}

TEST(rights, what_others_imply_need_not_be_named) {
  EXPECT_TRUE(same_rights("kx", "kxc"));
  EXPECT_TRUE(same_rights("kxc", "ckx"));
  EXPECT_FALSE(same_rights("kxc", "kxd"));
}

TEST(rights, of_responses) {
  EXPECT_TRUE(matches("* MYRIGHTS a \"lrs\"", "* MYRIGHTS a slr"));
  EXPECT_FALSE(matches("* MYRIGHTS a lr", "* MYRIGHTS a lrs"));
  EXPECT_FALSE(matches("* MYRIGHTS b lr", "* MYRIGHTS a lr"));
  EXPECT_TRUE(matches("* MYRIGHTS a _", "* MYRIGHTS a lr"));
  EXPECT_TRUE(matches("* ACL a bob lr anyone r", "* ACL a anyone r owner lrswa bob rl"));
  EXPECT_FALSE(matches("* ACL a bob lr", "* ACL a bob l anyone lr"));
  EXPECT_FALSE(matches("* ACL a bob _", "* ACL a anyone lr"));
  EXPECT_TRUE(matches("* ACL a ...", "* ACL a anyone lr"));
}

}  // namespace
}  // namespace mailrig::scenario::rights_test
