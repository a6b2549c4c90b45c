// list_selection_test: LIST with options, and what it may and may not tell.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::list_selection_test {
namespace {

/// "n/a" and "n/b" are there, "n/a" is subscribed, "gone" is subscribed and was deleted.
std::string const tree =
    select +
    "1> a LIST \"\" \"\"\n1< * LIST (\\Noselect) \"/\" \"\"\n1< a OK x\n1> b CREATE n\n1< b OK x\n1> c CREATE n/a\n"
    "1< c OK x\n1> d CREATE n/b\n1< d OK x\n1> e SUBSCRIBE n/a\n1< e OK x\n1> f UNSUBSCRIBE n/b\n1< f OK x\n"
    "1> g UNSUBSCRIBE n\n1< g OK x\n1> h CREATE gone\n1< h OK x\n1> i SUBSCRIBE gone\n1< i OK x\n1> j DELETE gone\n"
    "1< j OK x\n";

std::string lists(std::string const& arguments, std::string const& lines) {
  return tree + "1> z LIST " + arguments + "\n" + lines + "1< z OK x\n";
}
std::string const a = "1< * LIST (\\Subscribed) \"/\" n/a\n",
                  gone = "1< * LIST (\\Subscribed \\NonExistent) \"/\" gone\n",
                  parent = "1< * LIST () \"/\" n (\"CHILDINFO\" (\"SUBSCRIBED\"))\n";

breach_table const table{
    {"list_selection.unasked", select + "1> a LIST \"\" n\n1< * LIST () \"/\" n (\"X-Y\" (\"z\"))\n1< a OK x\n"},
    {"list_selection.childinfo", lists("(SUBSCRIBED) \"\" *", a + gone + parent)},
    {"list_selection.criteria",
     lists("(SUBSCRIBED RECURSIVEMATCH) \"\" %", gone + "1< * LIST () \"/\" n (\"CHILDINFO\" (\"REMOTE\"))\n")},
    {"list_selection.root", lists("() \"\" \"\"", "1< * LIST (\\Noselect) \"/\" \"\"\n")},
    {"list_selection.twice", lists("(SUBSCRIBED) \"\" *", a + a + gone)},
    {"list_selection.pattern", lists("(SUBSCRIBED) \"\" n%", "1< * LIST (\\Subscribed) \"/\" n/a\n")},
    {"list_selection.children-untold", lists("\"\" n RETURN (CHILDREN)", "1< * LIST () \"/\" n\n")},
    {"list_selection.children", lists("(SUBSCRIBED RECURSIVEMATCH) \"\" %",
                                      gone + "1< * LIST (\\HasNoChildren) \"/\" n (\"CHILDINFO\" (\"SUBSCRIBED\"))\n")},
    {"list_selection.unselected", lists("(SUBSCRIBED) \"\" *", a + gone + "1< * LIST () \"/\" other\n")},
    {"list_selection.subscription", lists("(SUBSCRIBED) \"\" *", gone)},
    {"list_selection.subscription", lists("(SUBSCRIBED) \"\" *", a + gone + "1< * LIST (\\Subscribed) \"/\" n/b\n")},
    {"list_selection.subscribed",
     lists("\"\" n/% RETURN (SUBSCRIBED)", "1< * LIST () \"/\" n/a\n1< * LIST () \"/\" n/b\n")},
    {"list_selection.subscribed",
     lists("\"\" n/% RETURN (SUBSCRIBED)", "1< * LIST (\\Subscribed) \"/\" n/a\n1< * LIST (\\Subscribed) \"/\" n/b\n")},
    {"list_selection.nonexistent", lists("(SUBSCRIBED) \"\" *", a + "1< * LIST (\\Subscribed) \"/\" gone\n")},
    {"list_selection.nonexistent",
     lists("(SUBSCRIBED) \"\" *", "1< * LIST (\\Subscribed \\NonExistent) \"/\" n/a\n" + gone)},
    {"list_selection.no-select",
     tree + "1> y EXAMINE n/a\n1< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n1< * 0 EXISTS\n"
            "1< * 0 RECENT\n1< * OK [UIDVALIDITY 10] v\n1< y OK [READ-ONLY] x\n1> z LIST (SUBSCRIBED) \"\" n/%\n"
            "1< * LIST (\\Subscribed \\Noselect) \"/\" n/a\n1< z OK x\n"},
    {"list_selection.selectable", lists("\"\" gone RETURN (STATUS (MESSAGES))", "1< * LIST () \"/\" gone\n")},
    {"list_selection.absent",
     lists("\"\" g* RETURN (SUBSCRIBED)", "1< * LIST (\\NonExistent \\Subscribed) \"/\" gone\n")},
    {"list_selection.superior", lists("(SUBSCRIBED RECURSIVEMATCH) \"\" %", gone)},
    {"list_selection.redundant", lists("(SUBSCRIBED RECURSIVEMATCH) \"\" *", a + gone + parent)},
};

TEST(list_selection, what_options_ask_for_is_right) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(lists("(SUBSCRIBED) \"\" *", a + gone)), nothing);
  EXPECT_EQ(found(lists("(SUBSCRIBED SUBSCRIBED REMOTE) \"\" *", gone + a)), nothing);
  EXPECT_EQ(found(lists("(SUBSCRIBED RECURSIVEMATCH) \"\" %", parent + gone)), nothing);
  EXPECT_EQ(found(lists("(SUBSCRIBED RECURSIVEMATCH) \"\" *", a + gone)), nothing);
  EXPECT_EQ(found(lists("() \"\" \"\"", "")), nothing);
  EXPECT_EQ(found(lists("\"\" n/% RETURN (SUBSCRIBED CHILDREN)",
                        "1< * LIST (\\Subscribed \\HasNoChildren) \"/\" n/a\n1< * LIST (\\Noinferiors) \"/\" n/b\n")),
            nothing);
}

TEST(list_selection, the_nearest_superior_stands_for_those_above_it) {
  auto const deeper =
      "1> k CREATE n/a/x/y\n1< k OK x\n1> l SUBSCRIBE n/a/x/y\n1< l OK x\n1> m UNSUBSCRIBE n/a\n1< m OK x\n"
      "1> o LIST (SUBSCRIBED RECURSIVEMATCH) \"\" (n n/%)\n";
  EXPECT_EQ(found(tree + deeper + "1< * LIST () \"/\" n/a (\"CHILDINFO\" (\"SUBSCRIBED\"))\n1< o OK x\n"),
            std::set<std::string>());
  EXPECT_EQ(found(tree + deeper + "1< o OK x\n"), std::set<std::string>{"list_selection.superior"});
}

/// RFC 5258 §3.5: who cannot send CHILDINFO may tell of a missing superior so.
TEST(list_selection, a_missing_superior_may_be_told) {
  EXPECT_EQ(found(lists("(SUBSCRIBED) \"\" *", a + gone + "1< * LIST (\\NonExistent \\HasChildren) \"/\" m\n")),
            std::set<std::string>());
}

}  // namespace
}  // namespace mailrig::check::list_selection_test
