// What is read of James' Java classes, and guessed where there is none.
#include "record/james_fixture.hpp"

#include <gtest/gtest.h>

namespace mailrig::record::james_fixture_test {
namespace {

using enum james_fixture::beginning;

constexpr std::string_view source =
    "class X {\n"
    "  static final Username OTHER = Username.of(\"Boby\");\n"
    "  static final MailboxPath THEIRS = MailboxPath.forUser(OTHER, \"shared\");\n"
    "  @BeforeEach\n  public void setUp() {\n    p = new P(system)\n      .withUser(USER, PASSWORD)\n"
    "      .withFilledMailbox(MailboxPath.inbox(USER));\n"
    "    BasicImapCommands.authenticate(p);\n    BasicImapCommands.prepareMailbox(p);\n  }\n"
    "  @Test\n  public void one() {\n    MailboxPath below = THEIRS.child(\"sub\", '.');\n"
    "    p.withMailbox(below).withRights(below, USER, Rights.fromSerialized(\"lr\")).run(\"folder/One\");\n  }\n"
    "  @Test\n  public void two() {\n    ImapScriptedTestProtocol q = new P(system);\n"
    "    BasicImapCommands.welcome(q);\n    q.run(\"Two\");\n  }\n"
    "  @Test\n  public void three() {\n    p.run(\"Three\");\n  }\n}\n";

TEST(james_fixture, mailboxes_rights_and_beginning_are_read) {
  auto const one = read_james_class(source, "One");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->begins, selected);
  ASSERT_EQ(one->mailboxes.size(), 2u);
  EXPECT_EQ(one->mailboxes[0].user, "imapuser");
  EXPECT_TRUE(one->mailboxes[0].filled);
  EXPECT_EQ(one->mailboxes[1].user, "Boby");
  EXPECT_EQ(one->mailboxes[1].name, "shared.sub");
  EXPECT_EQ(one->mailboxes[1].rights, "lr");
  EXPECT_FALSE(one->mailboxes[1].filled);
}

TEST(james_fixture, a_test_with_a_protocol_of_its_own_has_nothing_of_the_class) {
  auto const two = read_james_class(source, "Two");
  ASSERT_TRUE(two);
  EXPECT_EQ(two->begins, greeting);
  EXPECT_TRUE(two->mailboxes.empty());
  EXPECT_EQ(read_james_class(source, "Three")->mailboxes.size(), 1u);
  EXPECT_FALSE(read_james_class(source, "Four"));
}

TEST(james_fixture, without_a_class_the_script_tells) {
  EXPECT_EQ(guessed_fixture("C: a LOGIN imapuser password\nC: b FETCH 1 UID\n").begins, greeting);
  EXPECT_EQ(guessed_fixture("C: b FETCH 1 UID\n").begins, selected);
  EXPECT_EQ(guessed_fixture("C: a SELECT x\nC: b FETCH 1 UID\n").begins, authenticated);
}

}  // namespace
}  // namespace mailrig::record::james_fixture_test
