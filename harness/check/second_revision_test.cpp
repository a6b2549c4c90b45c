// What breaks each rule of second_revision, and what breaks none.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::second_revision_test {
namespace {

std::string const in = "1< * OK hi\n1> l LOGIN u p\n1< l OK in\n";
std::string const caps = "1> c CAPABILITY\n1< * CAPABILITY IMAP4rev1 IMAP4rev2 ENABLE\n1< c OK x\n";
std::string const opened =
    "1> s SELECT INBOX\n1< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n1< * 3 EXISTS\n1< * LIST () \"/\" "
    "INBOX\n1< * OK [UIDVALIDITY 7] v\n1< * OK [UIDNEXT 20] n\n1< * OK [PERMANENTFLAGS (\\*)] p\n1< s OK [READ-WRITE] "
    "done\n";
std::string const enabled = in + caps + "1> e ENABLE IMAP4rev2\n1< * ENABLED IMAP4rev2\n1< e OK x\n" + opened;
std::string const alone = in + "1> c CAPABILITY\n1< * CAPABILITY IMAP4rev2\n1< c OK x\n" + opened;
std::string const bare_news = "1< * 1 FETCH (FLAGS (\\Seen))\n";
std::string const noop_tells = "1> a NOOP\n" + bare_news + "1< a OK x\n";
std::string const list_tells = "1> a LIST \"\" *\n1< * LIST (\\HasNoChildren \\hasnochildren) \"/\" x\n1< a OK x\n";
std::string const uids =
    "1> f FETCH 1:3 (UID)\n1< * 1 FETCH (UID 5)\n1< * 2 FETCH (UID 6)\n1< * 3 FETCH (UID 7)\n1< f OK x\n";

breach_table const of_second_revision{
    {"second_revision.uid", enabled + noop_tells},
    {"second_revision.uid", alone + noop_tells},
    {"second_revision.uid", enabled + bare_news},
    {"second_revision.idle", enabled + "1> a IDLE\n1< + go\n" + bare_news},
    {"second_revision.copyuid",
     enabled + uids + "1> a MOVE 1 x\n1< * 1 EXPUNGE\n1< * OK [COPYUID 9 5 1] x\n1< a OK x\n"},
    {"second_revision.copyuid", enabled + uids + "1> a MOVE 1 x\n1< * 1 EXPUNGE\n1< a OK [COPYUID 9 5 1] x\n"},
    {"second_revision.attribute", enabled + list_tells},
};

TEST(SecondRevision, WhoHasNotEnabledItIsToldAsEver) {
  EXPECT_FALSE(found(in + caps + opened + noop_tells).contains("second_revision.uid"));
  EXPECT_FALSE(found(in + caps + opened + list_tells).contains("second_revision.attribute"));
}

TEST(SecondRevision, WhatIsMovedMayFollowWhatIsGoneAnyway) {
  EXPECT_FALSE(
      found(enabled + uids + "1> a MOVE 1 x\n1< * 2 EXPUNGE\n1< * OK [COPYUID 9 5 1] x\n1< * 1 EXPUNGE\n1< a OK x\n")
          .contains("second_revision.copyuid"));
}

TEST(SecondRevision, WhatACommandAskedForNeedsNoUid) {
  for (std::string const& history :
       {"1> a FETCH 1 FLAGS\n" + bare_news + "1< a OK x\n",
        "1> a STORE 1 +FLAGS (\\Seen)\n" + bare_news + "1< a OK x\n", "1> a XFETCH\n" + bare_news + "1< a OK x\n",
        std::string("1> a NOOP\n1< * 1 FETCH (FLAGS (\\Seen) UID 5)\n1< a OK x\n")})
    EXPECT_FALSE(found(enabled + history).contains("second_revision.uid")) << history;
}

}  // namespace
}  // namespace mailrig::check::second_revision_test
