// What regular expressions of James' scripts come to as patterns.
#include "record/james_expression.hpp"

#include <gtest/gtest.h>

namespace mailrig::record::james_expression_test {
namespace {

using list = std::vector<std::string>;

TEST(james_expression, what_is_spelt_out_stays) {
  EXPECT_EQ(patterns_of(R"(\* 1 FETCH \(FLAGS \(\\Recent \\\Seen\) BODY\[HEADER\.FIELDS \(From To\)\] \{74\})"),
            (list{R"(* 1 FETCH (FLAGS (\Recent \Seen) BODY[HEADER.FIELDS (From To)] {74})"}));
  EXPECT_EQ(patterns_of(R"(\* LIST \(\\HasChildren\) \"\.\" "a\.b")"), (list{R"(* LIST (\HasChildren) "." "a.b")"}));
}

TEST(james_expression, what_is_left_open_is_anything) {
  EXPECT_EQ(patterns_of(R"(\* OK \[UIDVALIDITY \d+\].*)"), (list{"* OK [UIDVALIDITY _]_"}));
  EXPECT_EQ(patterns_of(R"(\* OK \[UIDVALIDITY .*)"), (list{"* OK [UIDVALIDITY _]"}));
  EXPECT_EQ(patterns_of(R"(\* 5 FETCH \(INTERNALDATE \"\d{1,2}-\w{3}\" UID 2\))"),
            (list{"* 5 FETCH (INTERNALDATE _ UID 2)"}));
  EXPECT_EQ(patterns_of(R"(\* METADATA "INBOX" \(/a "b.* /c.* "d.*\))"), (list{"* METADATA \"INBOX\" (/a ...)"}));
  EXPECT_EQ(patterns_of(R"(\* FLAGS \(.*\))"), (list{"* FLAGS (...)"}));
  EXPECT_EQ(patterns_of(R"(\* 1 FETCH \(.*BODY\[\] NIL\))"), (list{"* 1 FETCH (BODY[] NIL)"}));
  EXPECT_EQ(patterns_of(R"(\* CAPABILITY .* METADATA.*)"), (list{"* CAPABILITY METADATA"}));
  EXPECT_EQ(patterns_of(R"(\* FLAGS \(\\Draft \\Seen.*\))"), (list{R"(* FLAGS (\Draft \Seen ...))"}));
}

TEST(james_expression, what_may_be_missing_is_left_out) {
  EXPECT_EQ(patterns_of(R"(A1 OK (\[.+\] )?APPEND)"), (list{"A1 OK APPEND"}));
  EXPECT_EQ(patterns_of(R"(\* OK \[PERMANENTFLAGS \(\\Seen( \\\*)?\)\])"), (list{R"(* OK [PERMANENTFLAGS (\Seen)])"}));
}

TEST(james_expression, alternatives_are_patterns_of_their_own) {
  EXPECT_EQ(patterns_of(R"(\* A \((x "1" y|y x "1")\) z)"), (list{R"(* A (x "1" y) z)", R"(* A (y x "1") z)"}));
  EXPECT_EQ(patterns_of(R"(\* ACL a|\* ACL b)"), (list{"* ACL a", "* ACL b"}));
}

TEST(james_expression, strings_may_go_on_in_the_next_line) {
  EXPECT_TRUE(ends_within_quotes(R"(\* METADATA "INBOX" \(/a "one)"));
  EXPECT_FALSE(ends_within_quotes(R"(\* METADATA \"INBOX\" \(/a "one"\))"));
}

}  // namespace
}  // namespace mailrig::record::james_expression_test
