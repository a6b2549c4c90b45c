// What breaks each rule of condstore, qresync, modseq_steps, modseq_sets and
// resync, and what breaks none.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::condstore_test {
namespace {

std::string const in = "1< * OK hi\n1> l LOGIN u p\n1< l OK in\n";
std::string const caps =
    "1> c CAPABILITY\n1< * CAPABILITY IMAP4rev1 ENABLE "
    "CONDSTORE QRESYNC UIDPLUS UNSELECT\n1< c OK x\n";
std::string const look =
    "1> q FETCH 1:3 (UID FLAGS MODSEQ)\n1< * 1 FETCH (UID 5 FLAGS () MODSEQ "
    "(8))\n1< * 2 FETCH (UID 6 FLAGS () MODSEQ "
    "(9))\n1< * 3 FETCH (UID 7 FLAGS () MODSEQ (10))\n1< q OK x\n";

/// SELECT of INBOX with what is given told before its OK.
std::string opened(std::string const& parameters, std::string const& told, std::string const& messages = "3") {
  return "1> s SELECT INBOX" + parameters + "\n1< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n1< * " +
         messages +
         " EXISTS\n1< * 0 RECENT\n1< * OK [UIDVALIDITY 7] v\n1< * OK [UIDNEXT "
         "20] n\n" +
         told + "1< s OK [READ-WRITE] done\n";
}
std::string highest(int n) { return "1< * OK [HIGHESTMODSEQ " + std::to_string(n) + "] h\n"; }

std::string const aware = in + caps + opened(" (CONDSTORE)", highest(10)) + look;
std::string const enabled = in + caps + "1> e ENABLE QRESYNC\n1< * ENABLED QRESYNC\n1< e OK x\n";
std::string const quick = enabled + opened("", highest(10)) + look;
std::string const marked =
    "1> d STORE 2 +FLAGS (\\Deleted)\n1< * 2 FETCH (UID "
    "6 FLAGS (\\Deleted) MODSEQ (11))\n1< d OK x\n";
std::string const removed = marked + "1> x EXPUNGE\n1< * VANISHED 6\n1< x OK [HIGHESTMODSEQ 12] x\n";
std::string const left = removed + "1> u UNSELECT\n1< u OK x\n";
std::string const without_modseqs =
    "1> t SELECT x\n1< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n1< * 0 EXISTS\n1< * 0 RECENT\n1< * "
    "OK [UIDVALIDITY 9] v\n1< * OK [UIDNEXT 1] n\n1< * OK [NOMODSEQ] no\n1< t OK [READ-WRITE] x\n";
std::string const gone6 = "1< * VANISHED (EARLIER) 6\n", changed7 = "1< * 2 FETCH (UID 7 FLAGS () MODSEQ (10))\n";

/// The same as `quick` for session 2.
std::string of_second(std::string text) {
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
    if (text[at] == '1') text[at] = '2';
  return text;
}

breach_table const of_condstore{
    {"condstore.untold", aware + "1> b STORE 1 +FLAGS (\\Seen)\n1< * 1 FETCH "
                                 "(UID 5 FLAGS (\\Seen))\n1< b OK x\n"},
    {"condstore.uid", aware + "1> b STORE 1 +FLAGS (\\Seen)\n1< * 1 FETCH "
                              "(FLAGS (\\Seen) MODSEQ (11))\n1< b OK x\n"},
    {"condstore.untold", aware + "1> b FETCH 1 (BODY[])\n1< * 1 FETCH (UID 5 "
                                 "BODY[] \"a\" FLAGS (\\Seen))\n1< b OK x\n"},
    {"condstore.missing", aware + "1> a FETCH 1 (FLAGS) (CHANGEDSINCE 5)\n1< * "
                                  "1 FETCH (FLAGS ())\n1< a OK x\n"},
    {"condstore.select", aware + opened("", "")},
    {"condstore.first", select + "1> a FETCH 1 (MODSEQ)\n1< * 1 FETCH (MODSEQ (9))\n1< a OK x\n"},
    {"condstore.nomodseq",
     in + opened(" (CONDSTORE)", "1< * OK [NOMODSEQ] no\n") + "1> a SEARCH MODSEQ 1\n1< * SEARCH\n1< a OK x\n"},
    {"condstore.status", aware + "1> u UNSELECT\n1< u OK x\n1> a STATUS INBOX "
                                 "(HIGHESTMODSEQ)\n1< * STATUS INBOX "
                                 "(HIGHESTMODSEQ 0)\n1< a OK x\n"},
    {"modseq_steps.conditional", aware + "1> b STORE 1 (UNCHANGEDSINCE 10) "
                                         "+FLAGS.SILENT (\\Seen)\n1< b OK x\n"},
    {"condstore.suffix", aware + "1> b SEARCH MODSEQ 9\n1< * SEARCH 2 3\n1< b OK x\n"},
    {"condstore.suffix", aware + "1> b SEARCH RETURN (ALL) MODSEQ 9\n1< * "
                                 "ESEARCH (TAG \"b\") ALL 2:3\n1< b OK x\n"},
    {"condstore.close", aware + "1> b CLOSE\n1< b OK [HIGHESTMODSEQ 10] x\n"},
    {"condstore.closed", aware + "1> t SELECT x\n1< * FLAGS (\\Seen)\n1< * 0 EXISTS\n1< * 0 "
                                 "RECENT\n1< * OK [UIDVALIDITY 9] v\n1< * OK "
                                 "[HIGHESTMODSEQ 1] h\n1< t OK [READ-WRITE] x\n"},
    {"condstore.closed-late", aware + "1> t SELECT x\n1< * OK [UIDVALIDITY 9] v\n1< * OK [CLOSED] c\n1< "
                                      "* FLAGS (\\Seen)\n1< * 0 EXISTS\n1< * 0 "
                                      "RECENT\n1< * OK [HIGHESTMODSEQ 1] h\n1< t OK [READ-WRITE] x\n"},
    {"condstore.no-enable", in + "1> c CAPABILITY\n1< * CAPABILITY IMAP4rev1 "
                                 "CONDSTORE QRESYNC\n1< c OK x\n"},
    {"condstore.no-condstore", in + "1> c CAPABILITY\n1< * CAPABILITY "
                                    "IMAP4rev1 ENABLE QRESYNC\n1< c OK x\n"},
};

breach_table const of_qresync{
    {"qresync.expunge", quick + "1> n NOOP\n1< * 1 EXPUNGE\n1< n OK x\n"},
    {"qresync.unasked", quick + "1> n NOOP\n1< * VANISHED (EARLIER) 5\n1< n OK x\n"},
    {"qresync.order", quick + "1> f UID FETCH 1:9 (FLAGS) (CHANGEDSINCE 5 VANISHED)\n1< * 1 "
                              "FETCH (UID 5 FLAGS () "
                              "MODSEQ (8))\n1< * VANISHED (EARLIER) 4\n1< f OK x\n"},
    {"qresync.validity", enabled + opened(" (QRESYNC (6 5))", highest(10) + "1< * VANISHED (EARLIER) 4\n")},
    {"qresync.no-modseqs", enabled + opened(" (QRESYNC (7 5))", "1< * OK [NOMODSEQ] no\n1< * VANISHED (EARLIER) 4\n")},
    {"qresync.close", quick + "1> z CLOSE\n1< * VANISHED 5\n1< z OK x\n"},
    {"qresync.search", quick + "1> z UID SEARCH 1:3\n1< * VANISHED 5\n1< * SEARCH 6 7\n1< z OK x\n"},
    {"qresync.invisible", quick + "1> n NOOP\n1< * VANISHED 4\n1< n OK x\n"},
    {"qresync.items", enabled + opened(" (QRESYNC (7 5))", highest(10) + "1< * 1 FETCH (FLAGS () MODSEQ (8))\n")},
    {"qresync.accepted", aware + "1> f UID FETCH 1:* (FLAGS) (CHANGEDSINCE 50 VANISHED)\n1< f OK x\n"},
    {"qresync.unsupported", in + caps + "1> e ENABLE QRESYNC CONDSTORE\n1< * ENABLED CONDSTORE\n1< e OK x\n"},
};

breach_table const of_no_modseqs{
    {"qresync.no-modseqs",
     enabled + opened(" (QRESYNC (7 5))", "1< * OK [NOMODSEQ] no\n1< * 1 FETCH (UID 5 FLAGS () MODSEQ (8))\n")},
};

breach_table const of_steps{
    {"modseq_steps.unchanged", aware + "1> b STORE 1 +FLAGS (\\Seen)\n1< * 1 FETCH (UID 5 FLAGS (\\Seen) "
                                       "MODSEQ (8))\n1< b OK x\n"},
    {"modseq_steps.unchanged", aware + "1> b STORE 1 +FLAGS.SILENT (\\Seen)\n1< b "
                                       "OK x\n1> q FETCH 1 (UID MODSEQ)\n1< "
                                       "* 1 FETCH (UID 5 MODSEQ (8))\n1< q OK x\n"},
    {"modseq_steps.shared", aware + "1> b STORE 1 +FLAGS (\\Seen)\n1< * 1 FETCH (UID 5 FLAGS (\\Seen) "
                                    "MODSEQ (11))\n1< b OK x\n1> b STORE 2 "
                                    "+FLAGS (\\Seen)\n1< * 2 FETCH (UID 6 FLAGS (\\Seen) MODSEQ "
                                    "(11))\n1< b OK x\n"},
    {"modseq_steps.order", aware + "1> b STORE 1 +FLAGS (\\Seen)\n1< * 1 FETCH (UID 5 FLAGS (\\Seen) "
                                   "MODSEQ (15))\n1< b OK x\n1> b STORE 2 "
                                   "+FLAGS (\\Seen)\n1< * 2 FETCH (UID 6 FLAGS (\\Seen) MODSEQ "
                                   "(12))\n1< b OK x\n"},
    {"modseq_steps.foreign", aware + "1> b STORE 1 (UNCHANGEDSINCE 5) FLAGS "
                                     "(\\Seen)\n1< b OK [MODIFIED 2] x\n"},
    {"modseq_steps.zero", aware + "1> b STORE 1 (UNCHANGEDSINCE 0) +FLAGS "
                                  "(\\Seen)\n1< * 1 FETCH (UID 5 FLAGS (\\Seen) "
                                  "MODSEQ (11))\n1< b OK x\n"},
    {"modseq_steps.spurious", aware + "1> b STORE 1 (UNCHANGEDSINCE 10) FLAGS "
                                      "(\\Seen)\n1< b OK [MODIFIED 1] x\n"},
    {"modseq_steps.refused", aware + "1> b STORE 1 (UNCHANGEDSINCE 5) FLAGS (\\Seen)\n1< * 1 FETCH "
                                     "(UID 5 FLAGS "
                                     "(\\Seen) MODSEQ (11))\n1< b OK [MODIFIED 1] x\n"},
    {"modseq_steps.both",
     aware + of_second(aware) +
         "1> a STORE 1 (UNCHANGEDSINCE 10) FLAGS (\\Seen)\n2> b STORE 1 (UNCHANGEDSINCE 10) FLAGS (\\Draft)\n1< * 1 "
         "FETCH (UID 5 MODSEQ (11) FLAGS (\\Seen))\n1< a OK x\n2< * 1 FETCH (UID 5 MODSEQ (12) FLAGS "
         "(\\Draft))\n2< b OK x\n"},
    {"modseq_steps.newborn", aware + "1> a APPEND INBOX {1+}\\nx\n1< * 4 EXISTS\n1< a OK [APPENDUID 7 20] "
                                     "x\n1> b FETCH 4 (UID FLAGS "
                                     "MODSEQ)\n1< * 4 FETCH (UID 20 FLAGS () MODSEQ (10))\n1< b OK x\n"},
    {"modseq_steps.above-highest", aware + opened("", highest(10)) +
                                       "1> b FETCH 3 (UID MODSEQ)\n1< * 3 FETCH (UID 7 MODSEQ (12))\n1< b OK "
                                       "x\n"},
    {"modseq_steps.status", aware + opened("", highest(10)) +
                                "1> u UNSELECT\n1< u OK x\n1> a STATUS INBOX (UIDVALIDITY "
                                "HIGHESTMODSEQ)\n1< * STATUS "
                                "INBOX (UIDVALIDITY 7 HIGHESTMODSEQ 11)\n1< a OK x\n"},
    {"modseq_steps.removal",
     aware + marked + "1> x EXPUNGE\n1< * 2 EXPUNGE\n1< x OK x\n" + opened("", highest(11), "2")},
    {"modseq_steps.expunge-code", quick + marked + "1> x EXPUNGE\n1< * VANISHED 6\n1< x OK x\n"},
    {"modseq_steps.expunge-value", quick + marked + "1> x EXPUNGE\n1< * VANISHED 6\n1< x OK [HIGHESTMODSEQ 11] x\n"},
    {"modseq_steps.expunge-value",
     quick + of_second(quick) + marked + "2> x EXPUNGE\n2< * VANISHED 6\n2< x OK [HIGHESTMODSEQ 11] x\n"},
};

breach_table const of_sets{
    {"modseq_sets.changed-missing", aware + "1> b FETCH 1:3 (FLAGS) (CHANGEDSINCE 9)\n1< b OK x\n"},
    {"modseq_sets.changed-extra", aware + "1> b FETCH 1:3 (FLAGS) (CHANGEDSINCE 9)\n1< * 2 FETCH (FLAGS () "
                                          "MODSEQ "
                                          "(9))\n1< * 3 FETCH (FLAGS () MODSEQ (10))\n1< b OK x\n"},
    {"modseq_sets.search-missing", aware + "1> b SEARCH MODSEQ 9\n1< * SEARCH 3 (MODSEQ 10)\n1< b OK x\n"},
    {"modseq_sets.search-extra", aware + "1> b UID SEARCH ALL MODSEQ 9\n1< * SEARCH 5 6 7 (MODSEQ 10)\n1< "
                                         "b OK x\n"},
    {"modseq_sets.search-missing",
     aware + "1> b SEARCH RETURN (ALL) MODSEQ 9\n1< * ESEARCH (TAG \"b\") ALL 3 MODSEQ 10\n1< b OK x\n"},
    {"modseq_sets.search-highest", aware + "1> b SEARCH MODSEQ 9\n1< * SEARCH 2 3 (MODSEQ 9)\n1< b OK x\n"},
};

breach_table const of_resync{
    {"resync.living", quick + left + opened(" (QRESYNC (7 10))", highest(12) + "1< * VANISHED (EARLIER) 5:6\n", "2")},
    {"resync.missed", quick + left + opened(" (QRESYNC (7 10))", highest(12), "2")},
    {"resync.missed", quick + removed + "1> f UID FETCH 5:7 (FLAGS) (CHANGEDSINCE 10 VANISHED)\n1< f OK x\n"},
    {"resync.unchanged", quick + left + opened(" (QRESYNC (7 9))", highest(12) + gone6, "2")},
    {"resync.surplus", quick + left +
                           opened(" (QRESYNC (7 9))",
                                  highest(12) + gone6 + "1< * 1 FETCH (UID 5 FLAGS () MODSEQ (8))\n" + changed7, "2")},
    {"resync.matched",
     quick + left + opened(" (QRESYNC (7 12 5:7 (2 7)))", highest(12) + "1< * VANISHED (EARLIER) 6\n", "2")},
    {"resync.lost", quick + of_second(quick + removed) +
                        "1> b STORE 1 +FLAGS (\\Seen)\n1< * 1 FETCH (UID 5 "
                        "FLAGS (\\Seen) MODSEQ (13))\n1< b OK x\n"},
};

/// Session 1 removes UIDs 5 and 7; session 2 was told of three messages, and the UID of the last.
std::string const one_untold =
    quick + of_second(enabled + opened("", highest(10))) +
    "2> f FETCH 3 (UID FLAGS MODSEQ)\n2< * 3 FETCH (UID 7 FLAGS () MODSEQ (10))\n2< f OK x\n1> d STORE 1,3 +FLAGS "
    "(\\Deleted)\n1< * 1 FETCH (UID 5 FLAGS (\\Deleted) MODSEQ (11))\n1< * 3 FETCH (UID 7 FLAGS (\\Deleted) MODSEQ "
    "(12))\n1< d OK x\n1> x EXPUNGE\n1< * VANISHED 5,7\n1< x OK [HIGHESTMODSEQ 13] x\n";
std::string const polled = "2> m NOOP\n2< m OK x\n";

std::string const right[] = {
    // News that nobody asked for, of a mailbox without mod-sequences.
    enabled + opened(" (QRESYNC (7 5))", "1< * OK [NOMODSEQ] no\n1< * 1 FETCH (UID 5 FLAGS ())\n"),
    // The removal is held back from who still shows the message, and HIGHESTMODSEQ stays below it.
    quick + of_second(quick + removed) +
        "1> f UID FETCH 5:7 (FLAGS) (CHANGEDSINCE 10 VANISHED)\n1< f OK [HIGHESTMODSEQ 11] x\n",
    one_untold + "2> n NOOP\n2< * VANISHED 5,7\n2< n OK x\n" + polled,
    // Another has removed it before: EXPUNGE tells of it and removes nothing.
    quick + of_second(quick) + removed +
        "2> x EXPUNGE\n2< * VANISHED 6\n2< x OK [HIGHESTMODSEQ 12] x\n1> u UNSELECT\n1< u OK x\n" +
        opened("", highest(12), "2"),
    // Another has removed it before: STORE changes nothing, and .SILENT is answered OK (RFC 2180 §4.2.1).
    quick + of_second(quick) + removed +
        "2> b STORE 2 +FLAGS.SILENT (\\Seen)\n2< b OK x\n2> q FETCH 2 (UID FLAGS MODSEQ)\n2< * 2 FETCH (UID 6 FLAGS "
        "(\\Deleted) MODSEQ (11))\n2< q OK x\n",
    quick + left + opened(" (QRESYNC (7 9))", highest(12) + gone6 + changed7, "2"),
    // Who remembers what was removed may leave aside what the client has shown to know (§5.3).
    quick + left + opened(" (QRESYNC (7 10 5:7 (2 7)))", highest(12) + gone6, "2"),
    // \\Seen with MODSEQ in a response of its own.
    aware +
        "1> b FETCH 1 (BODY[])\n1< * 1 FETCH (UID 5 BODY[] \"a\" FLAGS (\\Seen))\n1< * 1 FETCH (MODSEQ (11))\n1< b OK "
        "x\n",
    // Who remembers nothing tells all that is not there (RFC 7162 §5.1).
    quick + left + opened(" (QRESYNC (7 12 1:7))", highest(12) + "1< * VANISHED (EARLIER) 1:4,6\n", "2"),
    quick + removed + "1> f UID FETCH 5:7 (FLAGS) (CHANGEDSINCE 10 VANISHED)\n" + gone6 + "1< f OK x\n",
    // The removal is not told yet, and HIGHESTMODSEQ stays below it.
    quick + of_second(quick + removed) +
        "1> b STORE 1 +FLAGS (\\Seen)\n1< * 1 FETCH (UID 5 FLAGS (\\Seen) "
        "MODSEQ (13))\n1< b OK [HIGHESTMODSEQ 11] x\n",
    // A flag that was set already is set: the mod-sequence stays.
    aware +
        "1> b STORE 1 -FLAGS (\\Seen)\n1< * 1 FETCH (UID 5 FLAGS () MODSEQ "
        "(8))\n1< b OK x\n",
    // What changes nothing has nothing to tell.
    aware + "1> b STORE 1 (UNCHANGEDSINCE 10) -FLAGS.SILENT (\\Seen)\n1< b OK x\n",
    // What is not known to be seen newly may be told without.
    aware +
        "1> b FETCH 1 (BODY.PEEK[] FLAGS)\n1< * 1 FETCH (BODY[] \"a\" "
        "FLAGS ())\n1< b OK x\n",
    // Of those that the set names PARTIAL takes some: the others stay as they are (RFC 9394 §3.3).
    aware +
        "1> b UID FETCH 5:7 (BODY[]) (PARTIAL 1:1)\n1< * 1 FETCH (UID 5 BODY[] \"a\" FLAGS (\\Seen) MODSEQ (11))\n1< b "
        "OK x\n1> a FETCH 2 (UID MODSEQ)\n1< * 2 FETCH (UID 6 MODSEQ (9))\n1< a OK x\n",
    // What came unasked for of one mailbox says nothing of the next.
    in + without_modseqs + opened(" (CONDSTORE)", highest(10)) + look + "1< * 1 FETCH (UID 5 FLAGS () MODSEQ (8))\n" +
        without_modseqs,
    // Of messages whose UIDs nobody told some are gone.
    enabled + opened("", highest(10)) + "1> n NOOP\n1< * VANISHED 6\n1< * 3 EXISTS\n1< n OK x\n",
};

}  // namespace

TEST(Condstore, CorrectHistoriesAreClean) {
  for (auto const& h : right)
    for (auto const& rule : found(h)) ADD_FAILURE() << rule << " in\n" << h;
}

TEST(Condstore, AResultThatIsTooLongToReadLacksNothing) {
  auto const rules =
      found(aware + "1> b SEARCH RETURN (ALL) MODSEQ 9\n1< * ESEARCH (TAG \"b\") ALL 1:200000 MODSEQ 10\n1< b OK x\n");
  EXPECT_FALSE(rules.contains("modseq_sets.search-missing"));
}

TEST(Condstore, WhatIsEarlierFeedsTheLedger) {
  // UID 6 is told to be gone by VANISHED (EARLIER); it may not be shown again
  // to who selects later.
  auto const rules = found(quick + of_second(enabled) +
                           of_second(opened(" (QRESYNC (7 10))", highest(12) + gone6, "2")) + opened("", highest(12)) +
                           "1> f FETCH 2 (UID FLAGS MODSEQ)\n1< * 2 FETCH (UID 6 FLAGS () "
                           "MODSEQ (9))\n1< f OK x\n");
  EXPECT_TRUE(rules.contains("mail_life.returned"));
}

TEST(Condstore, WhatVanishedTogetherWithAnUntoldUidIsGone) {
  EXPECT_TRUE(found(one_untold + "2> n NOOP\n2< * VANISHED 5\n2< n OK x\n" + polled).contains("mail_life.kept"));
}

}  // namespace mailrig::check::condstore_test
