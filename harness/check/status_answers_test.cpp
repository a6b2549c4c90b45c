// status_answers_test: what STATUS tells, twice, and of sizes.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::status_answers_test {
namespace {

std::string status(std::string const& tag, std::string const& items, std::string const& told) {
  return "1> " + tag + " STATUS x (" + items + ")\n1< * STATUS x (" + told + ")\n1< " + tag + " OK x\n";
}
std::string const appendlimit = "1< * OK [CAPABILITY IMAP4rev1 APPENDLIMIT=20] x\n";
/// Session 1 has looked at INBOX, 90 octets, session 2 has nothing selected.
std::string const looked =
    select +
    "1> f FETCH 1:* (UID RFC822.SIZE)\n1< * 1 FETCH (UID 5 RFC822.SIZE 30)\n1< * 2 FETCH (UID 6 RFC822.SIZE 30)\n"
    "1< * 3 FETCH (UID 7 RFC822.SIZE 30)\n1< f OK x\n2< * OK hi\n2> l LOGIN u p\n2< l OK in\n";

breach_table const table{
    {"status_answers.items", select + status("a", "MESSAGES UNSEEN", "MESSAGES 1")},
    {"status_answers.differs", select + status("a", "UNSEEN", "UNSEEN 1") + status("b", "UNSEEN", "UNSEEN 2")},
    {"status_answers.list-differs",
     select + status("a", "UNSEEN", "UNSEEN 1") +
         "1> b LIST \"\" x RETURN (STATUS (UNSEEN))\n1< * LIST () \"/\" x\n1< * STATUS x (UNSEEN 2)\n1< b OK x\n"},
    {"status_answers.size", looked + "2> a STATUS INBOX (SIZE)\n2< * STATUS INBOX (SIZE 89)\n2< a OK x\n"},
    {"status_answers.limit", select + appendlimit + status("a", "APPENDLIMIT", "APPENDLIMIT 30")},
    {"status_answers.over-limit",
     select + appendlimit + "1> a APPEND INBOX {21+}\\nX: 1\\n\\n1234567890abc\n1< * 4 EXISTS\n1< a OK x\n"},
    {"status_answers.over-limit",
     select + appendlimit + "1> a APPEND {5+}\\nINBOX {21+}\\nX: 1\\n\\n1234567890abc\n1< * 4 EXISTS\n1< a OK x\n"},
    {"status_answers.within-limit",
     select + appendlimit + "1> a APPEND INBOX {10+}\\nX: 1\\n\\nhi\n1< a NO [TOOBIG] x\n"},
};

TEST(status_answers, what_is_told_may_change_when_something_is_done) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(select + status("a", "UNSEEN", "UNSEEN 1") + status("b", "UNSEEN", "UNSEEN 1")), nothing);
  EXPECT_EQ(found(select + status("a", "UNSEEN", "UNSEEN 1") + "1> c APPEND x {10+}\\nX: 1\\n\\nhi\n1< c OK x\n" +
                  status("b", "UNSEEN", "UNSEEN 2")),
            nothing);
  EXPECT_EQ(found(select + second + status("a", "UNSEEN", "UNSEEN 1") + "2> c APPEND x {10+}\\nX: 1\\n\\nhi\n" +
                  status("b", "UNSEEN", "UNSEEN 1") + status("d", "UNSEEN", "UNSEEN 2") + "2< c OK x\n"),
            nothing);
  EXPECT_EQ(found(looked + "2> a STATUS INBOX (SIZE)\n2< * STATUS INBOX (SIZE 90)\n2< a OK x\n"), nothing);
  EXPECT_EQ(found(looked + "2> a STATUS INBOX (SIZE)\n2< * STATUS INBOX (SIZE 4096)\n2< a OK x\n"), nothing);
}

TEST(status_answers, what_others_may_change_changes) {
  auto const told = [](std::string const& n) {
    return "1> a STATUS ~u2/x (UNSEEN)\n1< * STATUS ~u2/x (UNSEEN " + n + ")\n1< a OK x\n";
  };
  std::string const others = "1> n NAMESPACE\n1< * NAMESPACE ((\"\" \"/\")) ((\"~\" \"/\")) NIL\n1< n OK x\n";
  EXPECT_TRUE(found(select + told("1") + told("2")).contains("status_answers.differs"));
  EXPECT_FALSE(found(select + others + told("1") + told("2")).contains("status_answers.differs"));
}

TEST(status_answers, of_several_messages_the_largest_is_limited) {
  EXPECT_EQ(found(select + appendlimit +
                  "1> a APPEND INBOX {10+}\\nX: 1\\n\\nhi {21+}\\nX: 1\\n\\n1234567890abc\n1< a NO [TOOBIG] x\n"),
            std::set<std::string>());
}

}  // namespace
}  // namespace mailrig::check::status_answers_test
