// list_pattern_test: what "*" and "%" stand for.
#include "model/list_pattern.hpp"

#include <gtest/gtest.h>

namespace mailrig::model::list_pattern_test {
namespace {

TEST(ListPattern, Wildcards) {
  struct row {
    char const *pattern, *name;
    bool with_slash, flat;
  };
  for (auto const& r : {row{"*", "a/b/c", true, true},
                        {"%", "a", true, true},
                        {"%", "a/b", false, true},
                        {"a/%", "a/b", true, true},
                        {"a/%", "a/b/c", false, true},
                        {"a/%", "a/", true, true},
                        {"a%", "a", true, true},
                        {"%/%", "a/b", true, true},
                        {"%/%", "a", false, false},
                        {"*b", "a/b", true, true},
                        {"*b", "a/bc", false, false},
                        {"a*c%e", "abc/de", false, true},
                        {"a*c%e", "ab/cde", true, true},
                        {"A", "a", false, false},
                        {"", "a", false, false},
                        {"inbox", "INBOX", true, true},
                        {"InB%", "INBOX", true, true},
                        {"INBOX", "inbox", true, true},
                        {"inbox/x", "INBOX/x", false, false}}) {
    EXPECT_EQ(matches(r.pattern, r.name, '/'), r.with_slash) << r.pattern << " " << r.name;
    EXPECT_EQ(matches(r.pattern, r.name, std::nullopt), r.flat) << r.pattern << " " << r.name;
  }
}

TEST(ListPattern, ManyWildcardsTakeNoLongTime) {
  std::string const pattern(2000, '*'), name(2000, 'a');
  EXPECT_FALSE(matches(pattern + "b", name, '/'));
}

std::string asked(std::string const& command) {
  auto const r = list_request::of(wire::imap::read_command("a " + command + "\r\n"));
  if (!r) return "?";
  return r->reference + ">" + r->printable() + (r->several ? " of several" : "");
}

TEST(ListPattern, WhatIsAskedFor) {
  EXPECT_EQ(asked("LIST \"\" %"), ">%");
  EXPECT_EQ(asked("LSUB a/ \"(x)\""), "a/>(x)");
  EXPECT_EQ(asked("LIST \"\" (IN% inbox)"), ">IN% or inbox of several");
  EXPECT_EQ(asked("LIST \"\" ({3+}\r\nIN% {5+}\r\ninBoX)"), ">IN% or inBoX of several");
  EXPECT_EQ(asked("LIST \"\" (\"\" \"a b\")"), ">a b of several");
  EXPECT_EQ(asked("LIST () \"\" % RETURN (CHILDREN)"), ">%");
  EXPECT_EQ(asked("LIST \"\" % RETURN (SUBSCRIBED CHILDREN)"), ">%");
}

TEST(ListPattern, WhatIsSelectedByMoreThanNames) {
  EXPECT_EQ(asked("LIST (SUBSCRIBED) \"\" *"), "?");
  EXPECT_EQ(asked("LIST \"\" (\"\")"), "?");
  EXPECT_EQ(asked("LSUB \"\" (a b)"), "?");
  EXPECT_EQ(asked("LIST \"\""), "?");
}

TEST(ListPattern, SeveralAreTheirUnion) {
  list_request const r{"", {"a/%", "B*"}, true};
  EXPECT_TRUE(r.matches("a/b", '/'));
  EXPECT_TRUE(r.matches("Bc/d", '/'));
  EXPECT_FALSE(r.matches("a/b/c", '/'));
  EXPECT_FALSE(r.matches("bc", '/'));
  EXPECT_TRUE(r.matches("bc", '/', true));
  EXPECT_FALSE(r.is_everything());
  EXPECT_TRUE((list_request{"", {"x", "*"}, true}.is_everything()));
}

}  // namespace
}  // namespace mailrig::model::list_pattern_test
