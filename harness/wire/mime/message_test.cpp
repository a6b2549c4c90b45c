// message_test: parts, sections and addresses of messages, and where they are left to opinion.
#include "wire/mime/message.hpp"

#include <gtest/gtest.h>

#include "wire/mime/address.hpp"

namespace mailrig::wire::mime::message_test {
namespace {

constexpr std::string_view nested =
    "From: a@x\r\nSubject: one\r\n two\r\nContent-Type: multipart/mixed; boundary=\"b 1\"\r\n\r\n"
    "preamble\r\n--b 1\r\n\r\nplain\r\n--b 1\r\nContent-Type: message/rfc822\r\n\r\n"
    "Subject: inner\r\nContent-Type: multipart/alternative; boundary=b2\r\n\r\n"
    "--b2\r\nContent-Type: text/html\r\n\r\n<p>\r\n--b2--\r\n\r\n--b 1--\r\nepilogue\r\n";

TEST(Message, PartsAndSections) {
  auto const m = read_message(nested);
  ASSERT_TRUE(m.certain);
  ASSERT_EQ(m.parts.size(), 2u);
  EXPECT_EQ(m.value("subject"), "one two");
  auto at = [&](std::string_view label) { return section(m, label).value_or("none"); };
  EXPECT_EQ(at("BODY[]"), nested);
  EXPECT_EQ(at("BODY[1]"), "plain");
  EXPECT_EQ(at("BODY[1.MIME]"), "\r\n");
  EXPECT_EQ(at("BODY[2.MIME]"), "Content-Type: message/rfc822\r\n\r\n");
  EXPECT_EQ(at("BODY[2.HEADER.FIELDS (SUBJECT)]"), "Subject: inner\r\n\r\n");
  EXPECT_EQ(at("BODY[2.1]"), "<p>");
  EXPECT_EQ(at("BODY[2.1.MIME]"), "Content-Type: text/html\r\n\r\n");
  EXPECT_EQ(at("BODY[HEADER.FIELDS (subject X-NONE)]"), "Subject: one\r\n two\r\n\r\n");
  EXPECT_EQ(at("BODY[HEADER.FIELDS.NOT (SUBJECT CONTENT-TYPE)]"), "From: a@x\r\n\r\n");
  EXPECT_EQ(at("BODY[3]"), "");
  EXPECT_EQ(at("BODY[1.HEADER]"), "none");
}

TEST(Message, ASinglePartIsPartOne) {
  auto const m = read_message("Subject: x\r\n\r\nbody");
  EXPECT_EQ(section(m, "BODY[1]"), "body");
  EXPECT_EQ(section(m, "BODY[2]"), "");
  EXPECT_EQ(section(m, "BODY[2.MIME]"), std::nullopt);
  EXPECT_EQ(section(m, "BODY[1.1]"), std::nullopt);
}

std::string two_levels(std::string const& outer, std::string const& inner) {
  return "Content-Type: multipart/mixed; boundary=" + outer + "\r\n\r\n--" + outer +
         "\r\nContent-Type: multipart/mixed; boundary=" + inner + "\r\n\r\n--" + inner + "\r\n\r\nx\r\n--" + inner +
         "--\r\n--" + outer + "--\r\n";
}

TEST(Message, TheLineEndBeforeADelimiterIsThatDelimiters) {
  auto const octets = two_levels("a", "b");
  auto const m = read_message(octets);
  ASSERT_TRUE(m.certain);
  EXPECT_EQ(section(m, "BODY[1]"), "--b\r\n\r\nx\r\n--b--");
  EXPECT_EQ(section(m, "BODY[1.1]"), "x");
}

TEST(Message, AnOuterBoundaryEndsAllThatIsWithin) {
  auto const longer = two_levels("bb", "b"), shorter = two_levels("b", "bb");
  auto const m = read_message(longer);
  ASSERT_TRUE(m.certain);
  EXPECT_EQ(section(m, "BODY[1.1]"), "x");
  EXPECT_FALSE(read_message(shorter).certain) << "--bb begins like a delimiter of b";
}

TEST(Message, WhatIsLeftToOpinion) {
  for (auto const* octets :
       {"Subject: x\r\nno colon\r\n\r\n", "Subject: bare\nlf\r\n\r\n", "Content-Type: multipart/mixed\r\n\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nnever closed", "Content-Type: text\r\n\r\n",
        "Content-Type: text/plain; a*0=b\r\n\r\n", "Content-Type: text/plain (comment)\r\n\r\n"})
    EXPECT_FALSE(read_message(octets).certain) << octets;
}

TEST(Address, PlainFormsAndGroups) {
  using list = std::vector<address>;
  EXPECT_EQ(read_addresses("a@x"), (list{{std::nullopt, "a", "x"}}));
  EXPECT_EQ(read_addresses("\"B, A\" <a.b@x.y>, C D <c@z>"), (list{{"B, A", "a.b", "x.y"}, {"C D", "c", "z"}}));
  EXPECT_EQ(read_addresses("g: a@x, b@y;, c@z"),
            (list{{{}, "g", {}}, {{}, "a", "x"}, {{}, "b", "y"}, {{}, {}, {}}, {{}, "c", "z"}}));
  for (auto const* odd : {"a@x (Ada)", "<@r:a@x>", "\"a b\"@x", "undisclosed", "", "a..b@x", "a@x,,b@y", "a b"})
    EXPECT_EQ(read_addresses(odd), std::nullopt) << odd;
}

}  // namespace
}  // namespace mailrig::wire::mime::message_test
