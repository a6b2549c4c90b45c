// One message after the other over a connection, replies of several lines and in pieces, refusals, and what is no
// reply.
#include "session/lmtp.hpp"

#include <gtest/gtest.h>

namespace mailrig::session::lmtp_test {

namespace {

/// Tells the machine, and takes what it does then: what it sends, or how it ends.
std::string after(lmtp& m, std::string_view said) {
  m.see(said);
  std::string out;
  for (auto a = m.next(); a.kind != lmtp_action::wait; a = m.next()) {
    if (a.kind == lmtp_action::delivered) return out + "delivered";
    if (a.kind == lmtp_action::failed) return out + "failed: " + a.text;
    out += a.text;
  }
  return out;
}

}  // namespace

TEST(Lmtp, DeliversOneMessageAfterTheOther) {
  lmtp m;
  m.deliver("ann", "Subject: x\r\n\r\n.hidden\r\n");
  EXPECT_EQ(after(m, ""), "");
  EXPECT_EQ(after(m, "220 here\r\n"), "LHLO localhost\r\n");
  EXPECT_EQ(after(m, "250-here\r\n250-PIPEL"), "");
  EXPECT_EQ(after(m, "INING\r\n250 8BITMIME\r\n"), "MAIL FROM:<rig@example.test>\r\n");
  EXPECT_EQ(after(m, "250 ok\r\n"), "RCPT TO:<ann>\r\n");
  EXPECT_EQ(after(m, "250 ok\r\n"), "DATA\r\n");
  EXPECT_EQ(after(m, "354 go on\r\n"), "Subject: x\r\n\r\n..hidden\r\n.\r\n");
  EXPECT_TRUE(m.busy());
  EXPECT_EQ(after(m, "250 taken\r\n"), "delivered");
  EXPECT_FALSE(m.busy());
  EXPECT_EQ(after(m, ""), "");
  m.deliver("bob", "x");
  EXPECT_EQ(after(m, ""), "MAIL FROM:<rig@example.test>\r\n");
  EXPECT_EQ(after(m, "250 ok\r\n"), "RCPT TO:<bob>\r\n");
  EXPECT_EQ(after(m, "250 ok\r\n"), "DATA\r\n");
  EXPECT_EQ(after(m, "354 go on\r\n"), "x\r\n.\r\n");
}

TEST(Lmtp, ARefusalSaysAfterWhatItCame) {
  lmtp m;
  m.deliver("nobody", "x\r\n");
  after(m, "220 here\r\n");
  after(m, "250 here\r\n");
  after(m, "250 ok\r\n");
  EXPECT_EQ(after(m, "550 5.1.1 unknown\r\n"), "failed: 550 5.1.1 unknown after RCPT TO:<nobody>");
  lmtp busy;
  busy.deliver("ann", "x\r\n");
  EXPECT_EQ(after(busy, "421 later\r\n"), "failed: 421 later after connecting");
}

TEST(Lmtp, AnIntermediateReplyIsNoSuccessAndSuccessNoInvitation) {
  lmtp early;
  early.deliver("ann", "x\r\n");
  after(early, "220 here\r\n");
  EXPECT_EQ(after(early, "354 go on\r\n"), "failed: 354 go on after LHLO localhost");
  lmtp m;
  m.deliver("ann", "x\r\n");
  for (int i = 0; i < 4; ++i) after(m, "250 ok\r\n");
  EXPECT_EQ(after(m, "250 ok\r\n"), "failed: 250 ok after DATA");
}

TEST(Lmtp, WhatIsNoReplyEndsIt) {
  lmtp m;
  m.deliver("ann", "x\r\n");
  EXPECT_EQ(after(m, "* OK IMAP4rev1 here\r\n"), "failed: * OK IMAP4rev1 here after connecting");
  lmtp endless;
  endless.deliver("ann", "x\r\n");
  EXPECT_EQ(after(endless, std::string(70000, 'x')), "failed: a reply without an end after connecting");
  lmtp lines;
  lines.deliver("ann", "x\r\n");
  std::string said;
  for (int i = 0; i < 1100; ++i) said += "220-x\r\n";
  EXPECT_EQ(after(lines, said), "failed: a reply without an end after connecting");
}

}  // namespace mailrig::session::lmtp_test
