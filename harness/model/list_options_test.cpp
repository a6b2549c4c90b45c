// list_options_test: what LIST selects by, and what it wants returned.
#include "model/list_options.hpp"

#include <gtest/gtest.h>

namespace mailrig::model::list_options_test {
namespace {

std::optional<list_options> of(std::string const& arguments) {
  return list_options::of(wire::imap::read_command("t LIST " + arguments + "\r\n"));
}

TEST(list_options, base_form) {
  auto const plain = of("\"\" *");
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->extended);
  EXPECT_TRUE(plain->names.is_everything());
}

TEST(list_options, options) {
  auto const all =
      of("(subscribed RECURSIVEMATCH) \"\" (a \"\" b%) RETURN (Children STATUS (MESSAGES size) METADATA (/x))");
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->extended);
  EXPECT_TRUE(all->selects("SUBSCRIBED"));
  EXPECT_TRUE(all->selects("RECURSIVEMATCH"));
  EXPECT_TRUE(all->gives("CHILDREN"));
  EXPECT_FALSE(all->gives("SUBSCRIBED"));
  EXPECT_TRUE(all->tells("SUBSCRIBED"));
  EXPECT_EQ(all->status, (std::set<std::string>{"MESSAGES", "SIZE"}));
  EXPECT_EQ(all->names.patterns, (std::vector<std::string>{"a", "b%"}));
  EXPECT_FALSE(of("\"\" * RETURN CHILDREN"));
  EXPECT_FALSE(of("*"));
}

}  // namespace
}  // namespace mailrig::model::list_options_test
