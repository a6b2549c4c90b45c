// append_request_test: APPEND of one message, of several, of pieces; URLs of pieces.
#include "model/append_request.hpp"

#include <gtest/gtest.h>

namespace mailrig::model::append_request_test {
namespace {

std::optional<std::vector<appended_message>> of(std::string const& arguments) {
  return appended_messages(wire::imap::read_command("t APPEND " + arguments + "\r\n"));
}

TEST(append_request, one_and_several) {
  auto const one = of("INBOX {2+}\r\nhi");
  ASSERT_TRUE(one);
  ASSERT_EQ(one->size(), 1U);
  EXPECT_EQ(one->front().pieces[0].text, "hi");
  EXPECT_TRUE(one->front().whole);
  auto const two = of("INBOX (\\Seen) {2}\r\nhi \" 1-Jan-2020 10:00:00 +0000\" {2}\r\nho");
  ASSERT_TRUE(two);
  ASSERT_EQ(two->size(), 2U);
  EXPECT_EQ(two->front().flags, "(\\Seen)");
  EXPECT_FALSE(two->back().flags);
  EXPECT_EQ(two->back().date, " 1-Jan-2020 10:00:00 +0000");
  EXPECT_EQ(two->back().pieces[0].text, "ho");
}

TEST(append_request, literals) {
  auto const sizes = [](std::string const& arguments) {
    std::vector<std::uint64_t> out;
    for (auto const& one : uploads(wire::imap::read_command("t APPEND " + arguments + "\r\n"))) out.push_back(one.size);
    return out;
  };
  EXPECT_EQ(sizes("{2+}\r\nbo {3+}\r\nabc {4}\r\n"), (std::vector<std::uint64_t>{3, 4}));
  EXPECT_EQ(sizes("bo ~{3+}\r\nabc"), std::vector<std::uint64_t>{3});
  // What looks like an announcement inside of a message is none.
  auto const inside = of("INBOX {11}\r\nis {70000}x");
  ASSERT_TRUE(inside);
  EXPECT_TRUE(inside->front().whole);
}

TEST(append_request, pieces) {
  auto const made = of("INBOX (\\Draft) CATENATE (TEXT {2+}\r\nhi URL \"/x/;UID=3\") {2+}\r\nho");
  ASSERT_TRUE(made);
  ASSERT_EQ(made->size(), 2U);
  EXPECT_TRUE(made->front().catenated);
  ASSERT_EQ(made->front().pieces.size(), 2U);
  EXPECT_TRUE(made->front().pieces[1].url);
  EXPECT_FALSE(made->back().catenated);
  EXPECT_FALSE(of("INBOX CATENATE ()"));
  EXPECT_FALSE(of("INBOX"));
  // Octets of a large literal are left out of a command, and what follows them cannot be told from them.
  EXPECT_FALSE(of("INBOX {70000}\r\n"));
}

TEST(append_request, headers_in_utf8) {
  auto const made = of("INBOX (\\Seen) UTF8 (~{2+}\r\nhi)");
  ASSERT_TRUE(made);
  ASSERT_EQ(made->size(), 1U);
  EXPECT_EQ(made->front().flags, "(\\Seen)");
  EXPECT_EQ(made->front().pieces[0].text, "hi");
  EXPECT_FALSE(made->front().catenated);
  auto const pieces = of("INBOX CATENATE (UTF8 (~{2+}\r\nhi) TEXT {2+}\r\nho)");
  ASSERT_TRUE(pieces);
  ASSERT_EQ(pieces->front().pieces.size(), 2U);
  EXPECT_EQ(pieces->front().pieces[0].text, "hi");
  EXPECT_FALSE(of("INBOX UTF8 ()"));
}

TEST(append_request, replacing) {
  for (auto const* name : {"t REPLACE 4 ", "t UID REPLACE 4 "}) {
    auto const c = wire::imap::read_command(std::string(name) + "{2+}\r\nbo (\\Draft) {3+}\r\nabc\r\n");
    EXPECT_EQ(target_of(c), "bo");
    auto const one = appended_messages(c);
    ASSERT_TRUE(one);
    ASSERT_EQ(one->size(), 1U);
    EXPECT_EQ(one->front().flags, "(\\Draft)");
    EXPECT_EQ(one->front().pieces[0].text, "abc");
    ASSERT_EQ(uploads(c).size(), 1U);
    EXPECT_EQ(uploads(c).front().size, 3U);
  }
  EXPECT_EQ(target_of(wire::imap::read_command("t APPEND bo {3+}\r\nabc\r\n")), "bo");
  EXPECT_EQ(target_of(wire::imap::read_command("t UID COPY 1:2 bo\r\n")), "bo");
  EXPECT_EQ(target_of(wire::imap::read_command("t SELECT bo\r\n")), "");
}

TEST(append_request, urls) {
  auto const url = message_url::of("/a%20b;UIDVALIDITY=7/;UID=3/;SECTION=1.mime/;PARTIAL=2.5");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->mailbox, "a b");
  EXPECT_EQ(url->uidvalidity, 7U);
  EXPECT_EQ(url->uid, 3U);
  EXPECT_EQ(url->section, "1.MIME");
  EXPECT_EQ(url->offset, 2U);
  EXPECT_EQ(url->length, 5U);
  EXPECT_FALSE(message_url::of(";UID=3")->mailbox);
  for (auto const* none : {"imap://h/x/;UID=3", "//h/x/;UID=3", "/x", "/x/;UID=0", "/x/;UID=a", "/;UID=3", "x/;UID=3"})
    EXPECT_FALSE(message_url::of(none)) << none;
}

}  // namespace
}  // namespace mailrig::model::append_request_test
