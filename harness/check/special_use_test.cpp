// special_use_test: uses that CREATE gave, and what LIST shows of them.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::special_use_test {
namespace {

std::string const made = select + "1> a CREATE d (USE (\\Drafts))\n1< a OK x\n";
std::string lists(std::string const& before, std::string const& arguments, std::string const& lines) {
  return before + "1> z LIST " + arguments + "\n" + lines + "1< z OK x\n";
}

breach_table const table{
    {"special_use.undefined", lists(select, "(SPECIAL-USE) \"\" *", "1< * LIST (\\Draft) \"/\" d\n")},
    {"special_use.selected", lists(select, "(SPECIAL-USE) \"\" *", "1< * LIST (\\HasNoChildren) \"/\" d\n")},
    {"special_use.lacking", lists(made, "\"\" d RETURN (SPECIAL-USE)", "1< * LIST () \"/\" d\n")},
    {"special_use.more", lists(made, "\"\" d RETURN (SPECIAL-USE)", "1< * LIST (\\Drafts \\Sent) \"/\" d\n")},
    {"special_use.accepted", select + "1> a CREATE d (USE (\\Noselect))\n1< a OK x\n"},
};

TEST(special_use, uses_are_shown_until_they_may_have_moved) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(lists(made, "\"\" d RETURN (SPECIAL-USE)", "1< * LIST (\\Drafts) \"/\" d\n")), nothing);
  EXPECT_EQ(found(lists(made, "\"\" d", "1< * LIST () \"/\" d\n")), nothing);
  EXPECT_EQ(found(lists(made + "1> b CREATE e (USE (\\Drafts))\n1< b OK x\n", "\"\" d RETURN (SPECIAL-USE)",
                        "1< * LIST () \"/\" d\n")),
            nothing);
  EXPECT_EQ(found(lists(made + "1> b DELETE d\n1< b OK x\n1> c CREATE d\n1< c OK x\n", "\"\" d RETURN (SPECIAL-USE)",
                        "1< * LIST () \"/\" d\n")),
            nothing);
}

}  // namespace
}  // namespace mailrig::check::special_use_test
