// script_mail_test: messages that a scenario brings along: how they are written, what is wrong, that they come back.
#include "scenario/script_mail.hpp"

#include <gtest/gtest.h>

#include "scenario/script_text.hpp"

namespace mailrig::scenario::script_mail_test {

TEST(ScriptMail, MessagesGoOn) {
  std::vector<message_text> out;
  EXPECT_TRUE(read_message(R"(letter "Subject: x\r\n")", out));
  EXPECT_TRUE(read_message(R"(letter "\r\nhi \x24\r\n")", out));
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].octets, "Subject: x\r\n\r\nhi $\r\n");
  EXPECT_FALSE(read_message("letter hi", out));
  EXPECT_FALSE(read_message(R"(letter "\xZZ")", out));
}

TEST(ScriptMail, ComesBackAsItWasWritten) {
  std::string octets = "Subject: " + std::string(200, 'x') + "\r\n\r\n$user {mail plain} \"quoted\" \\ \xff\n";
  script s;
  s.title = "A message comes along";
  s.proves = {"RFC3501-2.2.2-03"};
  s.sessions = {{"client", mailrig::history::protocol::imap, std::nullopt}};
  s.messages = {{"letter1", octets}, {"empty", ""}};
  s.operations.emplace_back().lines = {"NOOP"};
  auto const again = read_script(script_text(s), "x.scn", "x");
  ASSERT_TRUE(again) << again.error().text;
  ASSERT_EQ(again->messages.size(), 2u);
  EXPECT_EQ(again->messages[0].octets, octets);
  EXPECT_EQ(again->messages[1].octets, "");
}

}  // namespace mailrig::scenario::script_mail_test
