// list_answers_test: answers that were not asked for, or contradict each other.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::list_answers_test {
namespace {

std::string lists(std::string const& command, std::string const& lines) {
  return select + "1> a " + command + "\n" + lines + "1< a OK x\n";
}

breach_table const table{
    {"list_answers.pattern", lists("LIST \"\" %", "1< * LIST () \"/\" a\n1< * LIST () \"/\" a/b\n")},
    {"list_answers.pattern", lists("LIST \"\" x*", "1< * LIST () \"/\" y\n")},
    {"list_answers.lsub-pattern", lists("LSUB \"\" x*", "1< * LSUB () \"/\" y\n")},
    {"list_answers.reference", lists("LIST a/ %", "1< * LIST () \"/\" b\n")},
    {"list_answers.twice", lists("LIST \"\" *", "1< * LIST () \"/\" a\n1< * LIST () \"/\" a\n")},
    {"list_answers.several", lists("LIST \"\" (x% y)", "1< * LIST () \"/\" x\n1< * LIST () \"/\" x/y\n")},
    {"list_answers.several", lists("LIST () \"\" (x y) RETURN (CHILDREN)", "1< * LIST () \"/\" z\n")},
    {"list_answers.once-for-several",
     lists("LIST \"\" (a a*)", "1< * LIST () \"/\" a\n1< * LIST () \"/\" ab\n1< * LIST () \"/\" a\n")},
    {"mailbox_names.several", select + "1> a CREATE x1\n1< a OK x\n1> b LIST \"\" (y x*)\n1< b OK x\n"},
    {"list_answers.childless", lists("LIST \"\" *", "1< * LIST (\\HasChildren) \"/\" a\n1< * LIST () \"/\" ab\n")},
    {"mailbox_names.unlisted", lists("LIST \"\" INB%", "")},
    {"mailbox_names.no-select",
     empty_box +
         "1> a CREATE new\n1< a OK x\n1> b SELECT new\n1< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n"
         "1< * 0 EXISTS\n1< * 0 RECENT\n1< * OK [UIDVALIDITY 10] v\n1< b OK [READ-WRITE] x\n"
         "1> c LIST \"\" *\n1< * LIST (\\Noselect) \"/\" new\n1< c OK x\n"},
    {"mailbox_names.children",
     select + "1> a LIST \"\" \"\"\n1< * LIST (\\Noselect) \"/\" \"\"\n1< a OK x\n1> b CREATE n/m\n1< b OK x\n"
              "1> c LIST \"\" *\n1< * LIST (\\HasNoChildren) \"/\" n\n1< * LIST () \"/\" n/m\n1< * LIST () \"/\" "
              "INBOX\n1< c OK x\n"},
    {"mailbox_names.superior",
     select + "1> a LIST \"\" \"\"\n1< * LIST (\\Noselect) \"/\" \"\"\n1< a OK x\n1> b SUBSCRIBE n/m\n1< b OK x\n"
              "1> c LSUB \"\" %\n1< c OK x\n"},
};

TEST(list_answers, inbox_has_no_case) {
  auto const told = [](std::string const& lines) { return found(lists("LIST \"\" *", lines)); };
  EXPECT_EQ(told("1< * LIST (\\HasChildren) \"/\" inbox\n1< * LIST () \"/\" INBOX/a\n"), std::set<std::string>());
  EXPECT_EQ(told("1< * LIST (\\HasChildren) \"/\" Inbox\n1< * LIST () \"/\" inbox/a\n"), std::set<std::string>());
  EXPECT_TRUE(told("1< * LIST () \"/\" inbox\n1< * LIST () \"/\" INBOX\n").contains("list_answers.twice"));
}

TEST(list_answers, several_patterns_are_a_union) {
  auto const told = [](std::string const& request, std::string const& lines) {
    return found(select + "1> a CREATE x1\n1< a OK x\n1> b LIST " + request + "\n" + lines + "1< b OK x\n");
  };
  std::set<std::string> const nothing;
  EXPECT_EQ(told("\"\" (x* y)", "1< * LIST () \"/\" x1\n1< * LIST () \"/\" y\n"), nothing);
  EXPECT_EQ(told("\"\" (y \"\")", "1< * LIST () \"/\" y\n"), nothing);
  // Which names are selected by more than their patterns is not said here.
  EXPECT_EQ(told("(SUBSCRIBED) \"\" (x* y)", ""), nothing);
}

}  // namespace
}  // namespace mailrig::check::list_answers_test
