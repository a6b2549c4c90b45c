// list_returns_test: STATUS, MYRIGHTS and METADATA beside the names that LIST tells.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::list_returns_test {
namespace {

std::string lists(std::string const& arguments, std::string const& lines) {
  return select + "1> z LIST " + arguments + "\n" + lines + "1< z OK x\n";
}
std::string const inbox = "1< * LIST () \"/\" INBOX\n", status = "1< * STATUS INBOX (MESSAGES 3)\n";

breach_table const table{
    {"list_returns.status", lists("\"\" % RETURN (STATUS (MESSAGES))", inbox)},
    {"list_returns.status-before", lists("\"\" % RETURN (STATUS (MESSAGES))", status + inbox)},
    {"list_returns.items", lists("\"\" % RETURN (STATUS (MESSAGES UIDNEXT))", inbox + status)},
    {"list_returns.items",
     lists("\"\" % RETURN (STATUS (MESSAGES))", inbox + "1< * STATUS INBOX (MESSAGES 3 UIDNEXT 20)\n")},
    {"list_returns.unselectable",
     lists("\"\" % RETURN (STATUS (MESSAGES))", "1< * LIST (\\Noselect) \"/\" x\n1< * STATUS x (MESSAGES 0)\n")},
    {"list_returns.only-children",
     lists("(SUBSCRIBED RECURSIVEMATCH) \"\" % RETURN (STATUS (MESSAGES))",
           "1< * LIST () \"/\" x (\"CHILDINFO\" (\"SUBSCRIBED\"))\n1< * STATUS x (MESSAGES 0)\n")},
    {"list_returns.rights", lists("\"\" % RETURN (MYRIGHTS)", inbox)},
    {"list_returns.rights-before", lists("\"\" % RETURN (MYRIGHTS)", "1< * MYRIGHTS INBOX lrs\n" + inbox)},
    {"list_returns.rights-differ",
     select + "1> a MYRIGHTS INBOX\n1< * MYRIGHTS INBOX lrsw\n1< a OK x\n1> z LIST \"\" INBOX RETURN (MYRIGHTS)\n" +
         inbox + "1< * MYRIGHTS INBOX lrs\n1< z OK x\n"},
    {"list_returns.metadata-before",
     lists("\"\" % RETURN (METADATA (/shared/comment))", "1< * METADATA INBOX (/shared/comment NIL)\n" + inbox)},
};

TEST(list_returns, what_is_asked_for_follows) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(lists("\"\" % RETURN (STATUS (MESSAGES))", inbox + status)), nothing);
  EXPECT_EQ(found(lists("\"\" % RETURN (STATUS (MESSAGES MESSAGES) CHILDREN)",
                        "1< * LIST (\\HasNoChildren) \"/\" INBOX\n" + status)),
            nothing);
  EXPECT_EQ(found(lists("\"\" % RETURN (STATUS (MESSAGES))", inbox + "1< * NO trouble with INBOX\n")), nothing);
  EXPECT_EQ(found(lists("\"\" % RETURN (STATUS (MESSAGES))", "1< * LIST (\\Noselect) \"/\" x\n" + inbox + status)),
            nothing);
  EXPECT_EQ(found(lists("\"\" other RETURN (MYRIGHTS)", "1< * LIST () \"/\" other\n")), nothing);
}

}  // namespace
}  // namespace mailrig::check::list_returns_test
