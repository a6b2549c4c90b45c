// notify_test: what NOTIFY asks for, and what a session may then be told and is owed.
#include "model/ext/notify.hpp"

#include <gtest/gtest.h>

namespace mailrig::model::notify_test {
namespace {

wire::imap::command command(std::string const& arguments) {
  return wire::imap::read_command("a NOTIFY " + arguments + "\r\n");
}

TEST(NotifyRequest, IsRead) {
  auto const r =
      notify_request::of(command("SET STATUS (selected (MessageNew (UID BODY.PEEK[HEADER.FIELDS (to)]) "
                                 "messageexpunge)) (subtree (a \"b c\") NONE)"));
  ASSERT_TRUE(r);
  EXPECT_TRUE(r->status);
  ASSERT_EQ(r->groups.size(), 2u);
  ASSERT_TRUE(r->selected());
  EXPECT_EQ(r->selected()->events, (std::set<std::string>{"MESSAGENEW", "MESSAGEEXPUNGE"}));
  EXPECT_EQ(r->selected()->items.size(), 2u);
  EXPECT_EQ(r->groups[1].names, (std::vector<std::string>{"a", "b c"}));
  EXPECT_TRUE(r->groups[1].events.empty());
  EXPECT_TRUE(notify_request::of(command("none"))->groups.empty());
  for (auto const* wrong : {"", "SET", "SET STATUS", "SET x", "SET (selected)", "NONE x"})
    EXPECT_FALSE(notify_request::of(command(wrong))) << wrong;
}

TEST(NotifySession, SaysWhatMayComeAndWhatIsOwed) {
  notify_session s;
  EXPECT_FALSE(s.tells_others());
  EXPECT_TRUE(s.tells_all());
  auto const grant = [&](std::string const& arguments, bool ok) {
    s.asked(command(arguments));
    s.completed(command(arguments), ok);
  };
  s.asked(command("SET (selected (MessageNew MessageExpunge))"));
  EXPECT_TRUE(s.expunges_any_time()) << "it may be granted already";
  s.completed(command("SET (selected (MessageNew MessageExpunge))"), true);
  EXPECT_TRUE(s.expunges_any_time());
  EXPECT_TRUE(s.tells_mail());
  EXPECT_FALSE(s.tells_flags());
  grant("NONE", false);
  EXPECT_TRUE(s.expunges_any_time()) << "what is refused changes nothing";
  grant("SET (selected-delayed (MessageNew MessageExpunge FlagChange))", true);
  EXPECT_FALSE(s.expunges_any_time());
  EXPECT_TRUE(s.tells_all());
  s.overflowed();
  EXPECT_FALSE(s.tells_others());
  EXPECT_FALSE(s.tells_mail());
}

}  // namespace
}  // namespace mailrig::model::notify_test
