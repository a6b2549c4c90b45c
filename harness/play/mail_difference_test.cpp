// mail_difference_test: each way in which a client's mail can be wrong is told, and what is its own affair is not.
#include "play/mail_difference.hpp"

#include <gtest/gtest.h>

namespace mailrig::play::mail_difference_test {
namespace {

using kind = mail_difference::kind;

piece mail(std::string octets, std::set<std::string> flags = {}) { return {std::move(octets), std::move(flags), "x"}; }

std::vector<kind> kinds_of(std::vector<piece> const& server, std::vector<piece> const& client, mail_place const& place,
                           std::vector<piece> const& past = {}) {
  std::vector<kind> out;
  for (auto const& d : differences(server, client, place, past)) out.push_back(d.what);
  return out;
}

piece const one = mail("Subject: one\r\n\r\nfirst text\r\n"), two = mail("Subject: two\r\n\r\nthe second\r\n");

TEST(MailDifference, OrderAndLineEndsAreTheClients) {
  EXPECT_EQ(kinds_of({one, two}, {mail("Subject: two\n\nthe second\n"), one}, {}), std::vector<kind>{});
}

TEST(MailDifference, AMessageMoreOrLessIsTold) {
  EXPECT_EQ(kinds_of({one, two}, {one}, {}), std::vector{kind::missing});
  EXPECT_EQ(kinds_of({one}, {one, one}, {}), std::vector{kind::twice});
  EXPECT_EQ(kinds_of({one}, {one, two}, {}), std::vector{kind::nobodys});
}

TEST(MailDifference, CopiesAreCounted) {
  EXPECT_EQ(kinds_of({one, one}, {one, one}, {}), std::vector<kind>{});
  EXPECT_EQ(kinds_of({one, one}, {one}, {}), std::vector{kind::missing});
}

TEST(MailDifference, AnOctetThatDiffersIsToldWithItsPlace) {
  auto const all = differences({one}, {mail("Subject: one\n\nfirst tixt\n")}, {});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].what, kind::altered);
  EXPECT_EQ(all[0].octets.substr(all[0].offset, 3), "ixt");
}

TEST(MailDifference, AMessageThatIsCutIsTheSameOne) {
  EXPECT_EQ(kinds_of({one}, {mail("Subject: one\n\nfirst")}, {}), std::vector{kind::altered});
}

TEST(MailDifference, WhatTheServerHadBeforeMayBeThere) {
  EXPECT_EQ(kinds_of({one}, {one, two}, {}, {two}), std::vector<kind>{});
  EXPECT_EQ(kinds_of({one, two}, {one}, {}, {two}), std::vector{kind::missing});
}

TEST(MailDifference, FieldsThatTheClientAddsAreLeftOut) {
  mail_place place;
  place.adds = {"X-TUID", "x-get*"};
  auto const more = mail("x-tuid: abc\n def\nSubject: one\nX-Getmail-Info: y\n\nX-TUID: text\n");
  EXPECT_EQ(kinds_of({mail("Subject: one\r\n\r\nX-TUID: text\r\n")}, {more}, place), std::vector<kind>{});
  EXPECT_EQ(kinds_of({mail("Subject: one\r\n\r\nX-TUID: text\r\n")}, {more}, {}), std::vector{kind::altered});
}

TEST(MailDifference, TheLastLineEndCountsUnlessThePlaceSaysOtherwise) {
  mail_place place;
  EXPECT_EQ(kinds_of({mail("a: b\r\n\r\nc")}, {mail("a: b\n\nc\n")}, place), std::vector{kind::altered});
  place.keeps_end = false;
  EXPECT_EQ(kinds_of({mail("a: b\r\n\r\nc")}, {mail("a: b\n\nc\n")}, place), std::vector<kind>{});
}

TEST(MailDifference, FlagsCountWhereThePlaceTellsThem) {
  mail_place place;
  EXPECT_EQ(kinds_of({mail("a", {"\\Seen", "$Junk"})}, {mail("a")}, place), std::vector<kind>{});
  place.flags = true;
  EXPECT_EQ(kinds_of({mail("a", {"\\Seen", "$Junk"})}, {mail("a")}, place), std::vector{kind::flags});
  EXPECT_EQ(kinds_of({mail("a", {"\\Seen", "$Junk"})}, {mail("a", {"\\Seen"})}, place), std::vector<kind>{});
}

}  // namespace
}  // namespace mailrig::play::mail_difference_test
