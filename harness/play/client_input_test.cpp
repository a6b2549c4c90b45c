// client_input_test: commands with literals and lines, however they are cut.
#include "play/client_input.hpp"

#include <gtest/gtest.h>

namespace mailrig::play::client_input_test {
namespace {

TEST(ClientInput, ImapCommandsComeWhole) {
  client_input in(history::protocol::imap);
  in.take("a1 LOGIN \"u 1\" {6}\r\n");
  EXPECT_FALSE(in.next());
  ASSERT_TRUE(in.waits_for_plus());
  in.plus_said();
  in.take("secret\r\na2 uid fe");
  auto const login = in.next();
  ASSERT_TRUE(login);
  EXPECT_EQ(login->tag, "a1");
  EXPECT_EQ(login->words, (std::vector<std::string>{"LOGIN", "u 1", "secret"}));
  EXPECT_FALSE(in.next());
  in.take("tch 1 flags\r\n");
  auto const fetch = in.next();
  ASSERT_TRUE(fetch);
  EXPECT_EQ(fetch->verb, "FETCH");
  EXPECT_EQ(fetch->words, (std::vector<std::string>{"UID", "FETCH", "1", "flags"}));
  EXPECT_EQ(fetch->octets, "a2 uid fetch 1 flags\r\n");
}

TEST(ClientInput, ALineMayStandWhereACommandWould) {
  client_input in(history::protocol::imap);
  in.take("DONE\r\na3 NOOP\r\n");
  EXPECT_EQ(in.next_line()->words, std::vector<std::string>{"DONE"});
  EXPECT_EQ(in.next()->verb, "NOOP");
}

TEST(ClientInput, Pop3IsLines) {
  client_input in(history::protocol::pop3);
  in.take("retr 1\r\nQU");
  auto const retr = in.next();
  ASSERT_TRUE(retr);
  EXPECT_EQ(retr->verb, "RETR");
  EXPECT_EQ(retr->tag, "");
  EXPECT_FALSE(in.next());
}

}  // namespace
}  // namespace mailrig::play::client_input_test
