#include "history/redactor.hpp"

#include <gtest/gtest.h>

namespace mailrig::history::redactor_test {

namespace {
/// The same octets in one piece and octet by octet must come out alike.
std::string redact(protocol p, std::string_view octets) {
  redactor whole(p), bits(p);
  std::string once(whole.sent(octets)), pieces;
  for (char c : octets) pieces += bits.sent({&c, 1});
  EXPECT_EQ(once, pieces);
  return once;
}
std::string imap(std::string_view octets) { return redact(protocol::imap, octets); }
std::string pop3(std::string_view octets) { return redact(protocol::pop3, octets); }
}  // namespace

TEST(Redactor, ImapLogin) {
  EXPECT_EQ(imap("a LOGIN u1 secret\r\nb NOOP\r\n"), "a LOGIN HIDDENSECRET HIDDENSECRET\r\nb NOOP\r\n");
  EXPECT_EQ(imap("a login \"u \\\" 1\" \"\"\r\nb NOOP\r\n"), "a login \"HIDDENSECRET\" \"HIDDENSECRET\"\r\nb NOOP\r\n");
  EXPECT_EQ(imap("a LOGIN u1 {6}x {\r\nb NOOP\r\n"), "a LOGIN HIDDENSECRET HIDDENSECRET HIDDENSECRET\r\nb NOOP\r\n");
}

TEST(Redactor, BlanksAndTagsHideNoVerb) {
  EXPECT_EQ(imap("a  LOGIN  u1 secret\r\n"), "a  LOGIN  HIDDENSECRET HIDDENSECRET\r\n");
  EXPECT_EQ(imap(" a\tLOGIN\tu1\tsecret\r\n"), " a\tLOGIN\tHIDDENSECRET\tHIDDENSECRET\r\n");
  auto const tag = std::string(100, 't');
  EXPECT_EQ(imap(tag + " LOGIN u1 secret\r\n"), tag + " LOGIN HIDDENSECRET HIDDENSECRET\r\n");
  EXPECT_EQ(imap("\r\nb LOGIN u1 secret\r\n"), "\r\nb LOGIN HIDDENSECRET HIDDENSECRET\r\n");
  EXPECT_EQ(pop3(" PASS  secret\r\n"), " PASS  HIDDENSECRET\r\n");
}

TEST(Redactor, CountsOfLiteralsFollow) {
  EXPECT_EQ(imap("a login {2}\r\nu1 {6+}\r\nsecret\r\nb NOOP\r\n"),
            "a login {12}\r\nHIDDENSECRET {12+}\r\nHIDDENSECRET\r\nb NOOP\r\n");
  EXPECT_EQ(imap("a login {0+}\r\n {8+}\r\nse\r\ncret\r\nb NOOP\r\n"),
            "a login {12+}\r\nHIDDENSECRET {12+}\r\nHIDDENSECRET\r\nb NOOP\r\n");
}

TEST(Redactor, OtherLiteralsAreNoLines) {
  EXPECT_EQ(imap("a APPEND x {14+}\r\nb LOGIN u1 xy\r\n\r\nb LOGIN u1 xy\r\n"),
            "a APPEND x {14+}\r\nb LOGIN u1 xy\r\n\r\nb LOGIN HIDDENSECRET HIDDENSECRET\r\n");
  EXPECT_EQ(imap("a APPEND x {0+}\r\n\r\nb NOOP\r\n"), "a APPEND x {0+}\r\n\r\nb NOOP\r\n");
}

TEST(Redactor, ALiteralThatIsRefusedEndsItsLine) {
  redactor r(protocol::imap);
  EXPECT_EQ(r.sent("a APPEND x {400}\r\n"), "a APPEND x {400}\r\n");
  r.received("* 3 EXISTS\r\nz OK of another\r\na NO too large\r\n");
  EXPECT_EQ(r.sent("b LOGIN u1 secret\r\n"), "b LOGIN HIDDENSECRET HIDDENSECRET\r\n");
  EXPECT_EQ(r.sent("c LOGIN {2}\r\n"), "c LOGIN {12}\r\n");
  r.received("+ go on\r\n");
  EXPECT_EQ(r.sent("u1 {6}\r\n"), "HIDDENSECRET {12}\r\n");
  r.received("+ go on\r\n");
  EXPECT_EQ(r.sent("secret\r\n"), "HIDDENSECRET\r\n");
}

TEST(Redactor, ImapAuthenticate) {
  EXPECT_EQ(imap("a AUTHENTICATE PLAIN AHUAcA==\r\n"), "a AUTHENTICATE PLAIN HIDDENSECRET\r\n");
  EXPECT_EQ(imap("a AUTHENTICATE  EXTERNAL =\r\n"), "a AUTHENTICATE  EXTERNAL =\r\n");
  redactor r(protocol::imap);
  r.sent("a AUTHENTICATE PLAIN\r\n");
  r.received("+ \r\n");
  EXPECT_EQ(r.sent("AHUAcA==\r\n"), "HIDDENSECRET\r\n");
  r.received("a OK done\r\n");
  EXPECT_EQ(r.sent("b NOOP\r\n"), "b NOOP\r\n");
  r.sent("c AUTHENTICATE PLAIN\r\n");
  r.received("* BYE soon\r\n+ \r\n");
  EXPECT_EQ(r.sent("*\r\n"), "*\r\n");
  EXPECT_EQ(r.sent("=x y\r\n"), "HIDDENSECRET\r\n");
}

TEST(Redactor, Pop3) {
  EXPECT_EQ(pop3("USER u\r\nPASS p w\r\nSTAT\r\n"), "USER u\r\nPASS HIDDENSECRET\r\nSTAT\r\n");
  EXPECT_EQ(pop3("APOP u abcd\r\n"), "APOP HIDDENSECRET HIDDENSECRET\r\n");
  EXPECT_EQ(pop3("AUTH\r\nCAPA\r\n"), "AUTH\r\nCAPA\r\n");
  redactor r(protocol::pop3);
  EXPECT_EQ(r.sent("AUTH PLAIN\r\n"), "AUTH PLAIN\r\n");
  r.received("+ \r\n");
  EXPECT_EQ(r.sent("AHUAcA==\r\n"), "HIDDENSECRET\r\n");
  r.received("+OK in\r\n");
  EXPECT_EQ(r.sent("STAT\r\n"), "STAT\r\n");
}

}  // namespace mailrig::history::redactor_test
