// Names of James' scripts as a scenario has them.
#include "record/james_names.hpp"

#include <gtest/gtest.h>

namespace mailrig::record::james_names_test {
namespace {

james_fixture shared() {
  james_fixture out;
  out.mailboxes = {{"Boby", "box-lr", true, "lr"}, {"Boby", "", false, "k"}, {"Diana", "x", false, "l"}};
  return out;
}

TEST(james_names, mailboxes_are_the_scenarios_own) {
  james_names const n{james_fixture{}};
  EXPECT_EQ(n.in_command("a CREATE one.two"), "a CREATE ${box}one${sep}two");
  EXPECT_EQ(n.in_command("a COPY 1:* #private.copied"), "a COPY 1:* ${box}copied");
  EXPECT_EQ(n.in_command("a CREATE INBOX.sub"), "a CREATE INBOX${sep}${leaf}sub");
  EXPECT_EQ(n.in_command("a SELECT inbox"), "a SELECT inbox");
  EXPECT_EQ(n.in_response("* STATUS \"one.two\" (MESSAGES 0)"), "* STATUS \"${box}one${sep}two\" (MESSAGES 0)");
  EXPECT_EQ(n.in_response("* LIST (\\HasNoChildren) \".\" \"INBOX\""), "* LIST (\\HasNoChildren) $sep INBOX");
}

TEST(james_names, patterns_of_list_keep_their_wildcards) {
  james_names const n{james_fixture{}};
  EXPECT_EQ(n.in_command("a LIST \"\" %"), "a LIST \"\" %");
  EXPECT_EQ(n.in_command("a LIST \"\" \"one.%\""), "a LIST \"\" \"${box}one${sep}%\"");
  EXPECT_EQ(n.in_command("a LIST \"\" I%"), "a LIST \"\" I%");
  EXPECT_EQ(n.in_command("a LIST \"one.\" \"t%\""), "a LIST \"${box}one${sep}\" \"t%\"");
}

TEST(james_names, literals_are_carried_along) {
  james_names const n{james_fixture{}};
  EXPECT_EQ(n.in_command("a STATUS {3}\r\none (MESSAGES)"), "a STATUS {text \"${box}one\"} (MESSAGES)");
  EXPECT_EQ(n.in_command("a APPEND x {4+}\r\na\r\nb"), "a APPEND ${box}x {text+ \"a\\r\\nb\"}");
}

TEST(james_names, another_users_are_found_by_who_may_see_them) {
  auto const fixture = shared();
  james_names const n(fixture);
  ASSERT_EQ(n.foreigners().size(), 2u);
  EXPECT_EQ(n.foreigners()[0].owned, "${box}box-lr");
  EXPECT_EQ(n.in_command("a SELECT #user.boby.box-lr"), "a SELECT \"$theirs1\"");
  EXPECT_EQ(n.in_command("a CREATE #user.boby.box-lr.sub"), "a CREATE \"${theirs1}${sep}sub\"");
  EXPECT_EQ(n.in_command("a SETACL user.Boby imapuser lr"), "a SETACL \"$theirs2\" $user lr");
  EXPECT_EQ(n.in_command("a SELECT user.imapuser.test"), "a SELECT ${box}test");
  EXPECT_EQ(n.in_command("a LIST \"user.\" \"Boby\""), "a LIST \"\" \"$theirs2\"");
  EXPECT_EQ(n.in_response("* MYRIGHTS \"#user.boby.box-lr\" \"lr\""), "* MYRIGHTS $theirs1 \"lr\"");
  EXPECT_EQ(n.in_response("* ACL user.Boby boby lrs imapuser a"), "* ACL $theirs2 $user2 lrs $user a");
  EXPECT_EQ(n.left_out(), std::vector<std::string>{"Diana.x"});
}

}  // namespace
}  // namespace mailrig::record::james_names_test
