// What has rules of its own to be read by: mailbox names in modified UTF-7, sets of numbers, dates, command lines.
#include <gtest/gtest.h>

#include "wire/imap/command.hpp"
#include "wire/imap/internal_date.hpp"
#include "wire/imap/mutf7.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::wire::names_test {

using namespace mailrig::wire::imap;

TEST(Mutf7, RoundTrips) {
  for (std::string utf8 : {"INBOX", "a&b", "Entwürfe", "台北", "\xF0\x9F\x93\xA7 mail", "~peter/mail/日本語/台北"}) {
    auto const wire = encode_mutf7(utf8);
    ASSERT_TRUE(wire);
    auto const back = decode_mutf7(*wire);
    ASSERT_TRUE(back) << *wire << ": " << back.error().text;
    EXPECT_EQ(*back, utf8);
  }
  EXPECT_EQ(*encode_mutf7("~peter/mail/台北/日本語"), "~peter/mail/&U,BTFw-/&ZeVnLIqe-");
}

TEST(Mutf7, RefusesIllFormedNames) {
  for (std::string_view bad :
       {"&U,BTFw", "&", "&-&AAAA", "&AGE-", "&U,BTFw-&ZeVnLIqe-", "caf\xC3\xA9", "&2D0-", "&3T0-", "&!-", "&U,BT-"})
    EXPECT_FALSE(decode_mutf7(bad)) << bad;
  EXPECT_FALSE(encode_mutf7("\xC0\x80"));
  EXPECT_FALSE(encode_mutf7("\xE5\x8F"));
}

TEST(SequenceSet, RangesAndStar) {
  auto const s = sequence_set::parse("2,4:7,9,12:*");
  ASSERT_TRUE(s);
  EXPECT_TRUE(s->contains(5, 15));
  EXPECT_TRUE(s->contains(13, 15));
  EXPECT_FALSE(s->contains(8, 15));
  EXPECT_TRUE(sequence_set::parse("*:4")->contains(4, 3));
  EXPECT_TRUE(sequence_set::parse("99:*")->contains(3, 3));
  EXPECT_EQ(sequence_set::parse("3:1,7")->expand(10)->size(), 4u);
  EXPECT_FALSE(sequence_set::parse("1:*")->expand(10));
  EXPECT_TRUE(sequence_set::parse("3,*:7")->has_star());
  EXPECT_FALSE(sequence_set::parse("3:7")->has_star());
  EXPECT_FALSE(sequence_set::parse("1:4294967295")->expand(1000));
  for (auto bad : {"", "0", "1,", "a", "1:2:3", "-1", "01", "4294967296"})
    EXPECT_FALSE(sequence_set::parse(bad)) << bad;
}

TEST(InternalDate, ZonesNameTheSameInstant) {
  EXPECT_EQ(instant_of("17-Jul-1996 02:44:25 -0700"), instant_of("17-Jul-1996 09:44:25 +0000"));
  EXPECT_EQ(instant_of(" 7-Jul-1996 02:44:25 +0000"), instant_of("07-Jul-1996 02:44:25 +0000"));
  EXPECT_EQ(instant_of("01-Jan-1970 00:00:00 +0000"), 0);
  EXPECT_FALSE(instant_of("31-Feb-1996 02:44:25 -0700"));
  EXPECT_FALSE(instant_of("17-Jul-1996 02:44:25"));
}

TEST(Command, ReadsVerbAndArguments) {
  auto const c = read_command("a1 uid fetch 1:3 (FLAGS BODY.PEEK[HEADER.FIELDS (A B)])\r\n");
  EXPECT_EQ(c.tag, "a1");
  EXPECT_TRUE(c.uid);
  EXPECT_EQ(c.name, "FETCH");
  ASSERT_EQ(c.arguments.size(), 2u);
  EXPECT_EQ(c.arg(1), "(FLAGS BODY.PEEK[HEADER.FIELDS (A B)])");
  auto const s = read_command("b SELECT {5}\r\nIN\"OX\r\n");
  EXPECT_EQ(s.arg(0), "IN\"OX");
  EXPECT_EQ(read_command("c FETCH 1 BODY[HEADER.FIELDS (A B)]\r\n").arguments.size(), 2u);
  EXPECT_EQ(read_command("x\r\n").tag, "x");
  read_command("a b \"unclosed\r\n");
  read_command("");
}

TEST(CommandReader, LiteralsWaitForTheServer) {
  command_reader r;
  auto step = r.take("a LOGIN {2}\r\n");
  EXPECT_EQ(step.kind, command_reader::step::needs_continuation);
  EXPECT_EQ(r.take("u1 x").consumed, 0u);
  r.continued();
  step = r.take("u1 {3+}\r\nabc\r\nb NOOP\r\n");
  EXPECT_EQ(step.kind, command_reader::step::whole);
  EXPECT_EQ(r.octets(), "a LOGIN {2}\r\nu1 {3+}\r\nabc\r\n");
  EXPECT_EQ(step.consumed, 14u);
  EXPECT_EQ(read_command(r.octets()).arg(1), "abc");
}

}  // namespace mailrig::wire::names_test
