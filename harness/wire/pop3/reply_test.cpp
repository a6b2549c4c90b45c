#include "wire/pop3/reply.hpp"

#include <gtest/gtest.h>

namespace mailrig::wire::pop3::reply_test {

namespace {
std::string const session = "+OK <1.2@h> ready\r\n+OK 2 320\r\n+OK\r\n1 120\r\n2 200\r\n.\r\n-ERR [IN-USE] locked\r\n";
bool const multi[] = {false, false, true, true};

std::string read_all(std::string_view octets, std::size_t step) {
  reply_framer f;
  std::string out;
  std::size_t n = 0;
  for (std::size_t at = 0; at < octets.size(); at += step) {
    f.feed(octets.substr(at, step));
    reply r;
    while (n < std::size(multi) && f.next(multi[n], r)) {
      ++n;
      out += std::to_string(r.stream_offset) + ":" + std::string(r.octets) + "|";
      EXPECT_FALSE(r.violation);
    }
  }
  return out;
}
}  // namespace

TEST(Pop3Reply, AnySplitGivesTheSameReplies) {
  auto const whole = read_all(session, session.size());
  EXPECT_NE(whole.find("30:+OK\r\n1 120\r\n2 200\r\n.\r\n|"), whole.npos);
  for (std::size_t step = 1; step < 20; ++step) EXPECT_EQ(read_all(session, step), whole);
}

TEST(Pop3Reply, ReadsIndicatorTextAndCode) {
  reply r;
  read_status_line("-ERR [IN-USE] locked", r);
  EXPECT_EQ(r.status, indicator::err);
  EXPECT_EQ(r.code, "IN-USE");
  read_status_line("+ ", r);
  EXPECT_EQ(r.status, indicator::challenge);
}

TEST(Pop3Reply, FindsViolations) {
  auto const violation = [](std::string_view octets, bool body) {
    reply_framer f;
    f.feed(octets);
    reply r;
    if (!f.next(body, r)) return std::string("incomplete");
    return r.violation ? r.violation->rule + "@" + std::to_string(r.violation->offset) : "good";
  };
  EXPECT_EQ(violation("+ok x\r\n", false), "status indicator@0");
  EXPECT_EQ(violation("+OK x\n", false), "CRLF@5");
  EXPECT_EQ(violation("+OK\r\n.x\r\n.\r\n", true), "byte-stuffing@5");
  EXPECT_EQ(violation("+OK\r\n..x\r\n.\r\n", true), "good");
  EXPECT_EQ(violation("+OK\r\na\nb\r\n.\r\n", true), "CRLF@6");
  EXPECT_EQ(violation("+OK\r\na\r\n", true), "incomplete");
  EXPECT_EQ(violation("-ERR\r\n", true), "good");
  EXPECT_EQ(violation("+OK " + std::string(510, 'x') + "\r\n", false), "response line@510");
}

TEST(Pop3Reply, UnstuffsAndSplits) {
  EXPECT_EQ(unstuffed("a\r\n..\r\n..b\r\n\r\n.\r\n"), "a\r\n.\r\n.b\r\n\r\n");
  EXPECT_EQ(body_lines("1 2\r\n2 3\r\n.\r\n"), (std::vector<std::string>{"1 2", "2 3"}));
  EXPECT_TRUE(body_lines(".\r\n").empty());
}

TEST(Pop3Reply, Listings) {
  EXPECT_EQ(read_stat("2 320")->octets, 320u);
  EXPECT_FALSE(read_stat("2  320"));
  EXPECT_FALSE(read_stat("two"));
  EXPECT_EQ(read_scan_listing("1 120 extra")->second, 120u);
  EXPECT_FALSE(read_scan_listing("0 120"));
  EXPECT_EQ(read_unique_id("1 a~!")->second, "a~!");
  EXPECT_FALSE(read_unique_id("1 a b"));
  EXPECT_FALSE(read_unique_id("1 " + std::string(71, 'x')));
  EXPECT_FALSE(read_unique_id("1 "));
}

}  // namespace mailrig::wire::pop3::reply_test
