#include "history/redactor.hpp"

#include <gtest/gtest.h>

using namespace mailrig::history;

namespace {
/// The same octets in one piece and octet by octet must come out alike.
std::string redact(protocol p, std::string_view octets) {
  redactor whole(p), bits(p);
  std::string once(whole.sent(octets)), pieces;
  for (char c : octets) pieces += bits.sent({&c, 1});
  EXPECT_EQ(once, pieces);
  EXPECT_EQ(once.size(), octets.size());
  return once;
}
}  // namespace

TEST(Redactor, ImapLogin) {
  EXPECT_EQ(redact(protocol::imap, "a LOGIN u1 secret\r\nb NOOP\r\n"), "a LOGIN ** ******\r\nb NOOP\r\n");
  EXPECT_EQ(redact(protocol::imap, "a login {2}\r\nu1 {6+}\r\nsecret\r\nb NOOP\r\n"),
            "a login {2}\r\n** {6+}\r\n******\r\nb NOOP\r\n");
  EXPECT_EQ(redact(protocol::imap, "a APPEND x {5}\r\nlogin\r\n"), "a APPEND x {5}\r\nlogin\r\n");
}

TEST(Redactor, ImapAuthenticate) {
  EXPECT_EQ(redact(protocol::imap, "a AUTHENTICATE PLAIN AHUAcA==\r\n"), "a AUTHENTICATE PLAIN ********\r\n");
  redactor r(protocol::imap);
  r.sent("a AUTHENTICATE PLAIN\r\n");
  r.received("+ \r\n");
  EXPECT_EQ(r.sent("AHUAcA==\r\n"), "********\r\n");
  r.received("a OK done\r\n");
  EXPECT_EQ(r.sent("b NOOP\r\n"), "b NOOP\r\n");
}

TEST(Redactor, Pop3) {
  EXPECT_EQ(redact(protocol::pop3, "USER u\r\nPASS p w\r\nSTAT\r\n"), "USER u\r\nPASS * *\r\nSTAT\r\n");
  EXPECT_EQ(redact(protocol::pop3, "APOP u abcd\r\n"), "APOP * ****\r\n");
  redactor r(protocol::pop3);
  EXPECT_EQ(r.sent("AUTH PLAIN\r\n"), "AUTH PLAIN\r\n");
  r.received("+ \r\n");
  EXPECT_EQ(r.sent("AHUAcA==\r\n"), "********\r\n");
  r.received("+OK in\r\n");
  EXPECT_EQ(r.sent("STAT\r\n"), "STAT\r\n");
}
