// list_pattern_test: what "*" and "%" stand for.
#include "model/list_pattern.hpp"

#include <gtest/gtest.h>

namespace mailrig::model {
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

TEST(ListPattern, SeveralInParenthesesAreTold) {
  auto const second = [](std::string_view line) { return wire::imap::read_command(line).arguments.at(1); };
  EXPECT_TRUE(model::is_pattern_list(second("a LIST \"\" (IN% inbox)\r\n")));
  EXPECT_TRUE(model::is_pattern_list(second("a LIST \"\" ({3+}\r\nIN% {5+}\r\ninBoX)\r\n")));
  EXPECT_FALSE(model::is_pattern_list(second("a LIST \"\" \"(x)\"\r\n")));
  EXPECT_FALSE(model::is_pattern_list(second("a LIST \"\" %\r\n")));
}

}  // namespace
}  // namespace mailrig::model
