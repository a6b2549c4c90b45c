// Times, Python's strings and the forms of lines.
#include "record/log_lines.hpp"

#include <gtest/gtest.h>

namespace mailrig::record::log_lines_test {
namespace {

using namespace std::chrono_literals;

struct time_row {
  char const* text;
  base::duration at;
  char const* rest;
};
constexpr auto day = 24h;

TEST(log_lines, times) {
  time_row const rows[] = {
      {"10:20:30 x", 10h + 20min + 30s, "x"},
      {"[10:20:30.5] x", 10h + 20min + 30s + 500ms, "x"},
      {"10:20:30,123 x", 10h + 20min + 30s + 123ms, "x"},
      {"1970-01-03 00:00:01 x", 2 * day + 1s, "x"},
      {"1970-01-03T00:00:01.000002Z x", 2 * day + 1s + 2us, "x"},
      {"1970-01-03T00:00:01+01:00 x", 2 * day + 1s, "x"},
      {"[1970-01-02 00:00:01]<5> f() 4< x", day + 1s, "<5> f() 4< x"},
      {"1795919358.124246 x", 1795919358s + 124246us, "x"},
      {"01-02 00:00:01.5 1 2 V T: x", day + 1500ms, "1 2 V T: x"},
      {"Jan  2 00:00:01 host x", day + 1s, "host x"},
      {"  29:17.74 > x", 29min + 17s + 740ms, "> x"},
      {"1970-01-02 00:00:01.000001 UTC - [P]: x", day + 1s + 1us, "- [P]: x"},
  };
  for (auto const& r : rows) {
    auto const s = read_stamp(r.text);
    ASSERT_TRUE(s) << r.text;
    EXPECT_EQ(s->at, r.at) << r.text;
    EXPECT_EQ(std::string_view(r.text).substr(s->length), r.rest) << r.text;
  }
  for (char const* none :
       {"", "x", "12", "a1 NOOP", "1 OK", "* 3 EXISTS", "10:20", "[10:20:30 x", "99999999999999999999.1 x"})
    EXPECT_FALSE(read_stamp(none)) << none;
}

TEST(log_lines, pythons_strings) {
  EXPECT_EQ(python_string("b'a\\r\\n\\x00\\xe2\\'\\\\'"), std::string("a\r\n\0\xe2'\\", 7));
  EXPECT_EQ(python_string("\"it's\""), "it's");
  EXPECT_FALSE(python_string("b'cut"));
  EXPECT_FALSE(python_string("cut"));
  std::string_view rest;
  EXPECT_EQ(python_string("'a', b'c'", &rest), "a");
  EXPECT_EQ(rest, ", b'c'");
}

TEST(log_lines, who_says_a_line) {
  for (char const* line : {"* 3 EXISTS", "+ go", "+", "a1 OK done", "a.b NO", "+OK", "-ERR x", "1 BAD"})
    EXPECT_TRUE(is_response(line)) << line;
  for (char const* line : {"a1 NOOP", "A5 UID FETCH 1 FLAGS", "STAT", "retr 1", "1 LOGIN"})
    EXPECT_TRUE(is_command(line)) << line;
  for (char const* line : {"", "hello there", "* LIST", "The server said", "OK"})
    EXPECT_FALSE(is_command(line)) << line;
}

TEST(log_lines, lines_without_their_ends) {
  auto const lines = lines_of(
      "\xEF\xBB\xBF"
      "a\r\n\r\nb\n");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].text, "a");
  EXPECT_EQ(lines[1].text, "");
  EXPECT_EQ(lines[2].number, 3u);
}

}  // namespace
}  // namespace mailrig::record::log_lines_test
