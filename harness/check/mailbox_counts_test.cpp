// mailbox_counts_test: counts that are wrong.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::mailbox_counts_test {
namespace {

std::string const other = "2< * OK hi\n2> l LOGIN u p\n2< l OK in\n";
std::string selects(std::string const& exists, std::string const& unseen, std::string const& uidnext = "20") {
  return other + "2> s SELECT INBOX\n2< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n2< * " + exists +
         " EXISTS\n2< * 0 RECENT\n2< * OK [UIDVALIDITY 7] v\n2< * OK [UIDNEXT " + uidnext + "] n\n" + unseen +
         "2< s OK [READ-WRITE] done\n2> f FETCH 1:* (UID FLAGS)\n2< * 1 FETCH (UID 5 FLAGS ())\n2< * 2 FETCH (UID 6 "
         "FLAGS "
         "(\\Seen))\n2< * 3 FETCH (UID 7 FLAGS ())\n2< f OK x\n";
}
std::string const second_seen = all5 + "1> a STORE 2 +FLAGS (\\Seen)\n1< * 2 FETCH (FLAGS (\\Seen))\n1< a OK x\n";
std::string status(std::string const& items) {
  return "2> t STATUS INBOX (UIDVALIDITY UNSEEN UIDNEXT)\n2< * STATUS INBOX (" + items + ")\n2< t OK x\n";
}

breach_table const table{
    {"mailbox_counts.exists", all5 + selects("2", "")},
    {"mailbox_counts.exists",
     empty_box + other +
         "2> s SELECT new\n2< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n2< * 1 EXISTS\n2< * 1 "
         "RECENT\n2< * OK [UIDVALIDITY 9] v\n2< * OK [UIDNEXT 2] n\n2< s OK [READ-WRITE] done\n"},
    {"mailbox_counts.grown", empty_box + "1> n NOOP\n1< * 2 EXISTS\n1< n OK x\n"},
    {"mailbox_counts.first-unseen", second_seen + selects("3", "2< * OK [UNSEEN 2] u\n")},
    {"mailbox_counts.first-unseen", second_seen + selects("3", "2< * OK [UNSEEN 3] u\n")},
    {"mailbox_counts.unseen", second_seen + other + status("UIDVALIDITY 7 UNSEEN 1")},
    {"mailbox_counts.unseen",
     empty_box +
         "1> a APPEND new (\\Seen) {1+}\\nx\n1< * 1 EXISTS\n1< a OK [APPENDUID 9 1] x\n1> f FETCH 1:* (UID "
         "FLAGS)\n1< * 1 FETCH (UID 1 FLAGS (\\Seen))\n1< f OK x\n" +
         other + "2> t STATUS new (UIDVALIDITY UNSEEN)\n2< * STATUS new (UIDVALIDITY 9 UNSEEN 1)\n2< t OK x\n"},
    {"mailbox_counts.uidnext", second_seen + other + status("UIDVALIDITY 7 UIDNEXT 7")},
    {"mailbox_counts.uidnext", all5 + selects("3", "", "19")},
    {"mailbox_counts.uidnext-moved",
     empty_box + other +
         "2> t STATUS new (UIDVALIDITY UIDNEXT)\n2< * STATUS new (UIDVALIDITY 9 UIDNEXT 2)\n2< t OK x\n"},
};

std::string const came_and_went =
    empty_box + "1> n NOOP\n" + other +
    "2> s SELECT new\n2< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n2< * 0 EXISTS\n2< * 0 RECENT\n"
    "2< * OK [UIDVALIDITY 9] v\n2< * OK [UIDNEXT 1] n\n2< s OK [READ-WRITE] done\n"
    "2> a APPEND new (\\Deleted) {1+}\\nx\n2< * 1 EXISTS\n2< a OK [APPENDUID 9 1] x\n"
    "2> f FETCH 1:* (UID FLAGS)\n2< * 1 FETCH (UID 1 FLAGS (\\Deleted))\n2< f OK x\n"
    "2> e EXPUNGE\n2< * 1 EXPUNGE\n2< e OK x\n";

TEST(MailboxCounts, WhatIsReadLateWasTrueWhenItWasSaid) {
  EXPECT_FALSE(found(came_and_went + "1< * 1 EXISTS\n1< n OK x\n").contains("mailbox_counts.grown"));
  EXPECT_FALSE(
      found(came_and_went + "1< n OK x\n1> o NOOP\n1< * 1 EXISTS\n1< o OK x\n").contains("mailbox_counts.grown"));
  EXPECT_TRUE(found(came_and_went + "1< n OK x\n1> o NOOP\n1< o OK x\n1> p NOOP\n1< * 1 EXISTS\n1< p OK x\n")
                  .contains("mailbox_counts.grown"));
}

/// Of three messages in INBOX some are copied into the mailbox that is watched, which shows four afterwards.
bool copied_too_many(std::string const& set) {
  return found(empty_box + second +
               "2> f FETCH 1:3 (UID FLAGS)\n2< * 1 FETCH (UID 5 FLAGS ())\n2< * 2 FETCH (UID 6 FLAGS ())\n2< * 3 FETCH "
               "(UID 7 FLAGS ())\n2< f OK x\n2> c " +
               set + " new\n2< c OK x\n1> n NOOP\n1< * 4 EXISTS\n1< n OK x\n")
      .contains("mailbox_counts.grown");
}

TEST(MailboxCounts, AnOpenSetTakesWhatArrivesMeanwhile) {
  EXPECT_TRUE(copied_too_many("UID COPY 5:7"));
  EXPECT_TRUE(copied_too_many("COPY 1:3"));
  EXPECT_FALSE(copied_too_many("UID COPY 5:*"));
  EXPECT_FALSE(copied_too_many("UID COPY 5:9"));
  EXPECT_FALSE(copied_too_many("COPY 1:*"));
}

}  // namespace
}  // namespace mailrig::check::mailbox_counts_test
