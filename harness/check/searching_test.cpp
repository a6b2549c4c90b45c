// searching_test: answers to SEARCH RETURN, SORT and THREAD, to what uses "$", and news of results: each rule broken
// once, and right ones let pass.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::searching_test {
namespace {

struct letter {
  std::string from, subject, date, more = {};
};

/// INBOX has these letters, UIDs 1, 2 ..., and each has been put there by this client.
std::string box_with(std::vector<letter> const& letters) {
  std::string out = "1< * OK hi\n1> l LOGIN u p\n1< l OK in\n";
  for (std::size_t n = 1; n <= letters.size(); ++n) {
    auto const& l = letters[n - 1];
    auto const octets =
        fmt::format("From: {}@x.test\r\nSubject: {}\r\nDate: {}\r\n{}\r\nhi\r\n", l.from, l.subject, l.date, l.more);
    auto told = octets;
    for (auto at = told.find("\r\n"); at != told.npos; at = told.find("\r\n")) told.replace(at, 2, "\\n");
    out +=
        fmt::format("1> p{} APPEND INBOX {{{}+}}\\n{}\n1< p{} OK [APPENDUID 7 {}] x\n", n, octets.size(), told, n, n);
  }
  out += fmt::format(
      "1> s SELECT INBOX\n1< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n1< * {0} EXISTS\n1< * {0} "
      "RECENT\n1< * OK [UIDVALIDITY 7] v\n1< * OK [UIDNEXT {1}] n\n1< s OK [READ-WRITE] done\n1> f FETCH 1:* (UID)\n",
      letters.size(), letters.size() + 1);
  for (std::size_t n = 1; n <= letters.size(); ++n) out += fmt::format("1< * {0} FETCH (UID {0})\n", n);
  return out + "1< f OK x\n";
}

std::string const jan = "Mon, 5 Jan 2026 10:00:00 +0000", feb = "Thu, 5 Feb 2026 10:00:00 +0000",
                  mar = "Thu, 5 Mar 2026 10:00:00 +0000";
std::string const three = box_with({{"cid", "b", feb}, {"ada", "Re: a", jan}, {"bob", "a", mar}});

std::string asked(std::string const& command, std::string const& data) {
  return three + "1> q " + command + "\n" + data + "1< q OK x\n";
}

breach_table const table{
    {"esearch.single", asked("SEARCH RETURN (COUNT) ALL", "")},
    {"esearch.single",
     asked("SEARCH RETURN (COUNT) ALL", "1< * ESEARCH (TAG \"q\") COUNT 3\n1< * ESEARCH (TAG \"q\") COUNT 3\n")},
    {"esearch.both", asked("SEARCH RETURN (COUNT) ALL", "1< * ESEARCH (TAG \"q\") COUNT 3\n1< * SEARCH 1 2 3\n")},
    {"esearch.suppressed", asked("SEARCH RETURN (SAVE) ALL", "1< * SEARCH 1 2 3\n")},
    {"esearch.tag", asked("SEARCH RETURN (COUNT) ALL", "1< * ESEARCH (TAG \"other\") COUNT 3\n")},
    {"esearch.uid", asked("UID SEARCH RETURN (COUNT) ALL", "1< * ESEARCH (TAG \"q\") COUNT 3\n")},
    {"esearch.repeated", asked("SEARCH RETURN (COUNT) ALL", "1< * ESEARCH (TAG \"q\") COUNT 3 COUNT 3\n")},
    {"esearch.count-missing", asked("SEARCH RETURN (MIN COUNT) ALL", "1< * ESEARCH (TAG \"q\") MIN 1\n")},
    {"esearch.none", asked("SEARCH RETURN (MIN COUNT) FROM zed", "1< * ESEARCH (TAG \"q\") MIN 1 COUNT 0\n")},
    {"esearch.absent", asked("SEARCH RETURN (MAX) FROM ada", "1< * ESEARCH (TAG \"q\")\n")},
    {"esearch.consistent", asked("SEARCH RETURN (COUNT ALL) ALL", "1< * ESEARCH (TAG \"q\") COUNT 3 ALL 1:2\n")},
    {"esearch.count", asked("SEARCH RETURN (COUNT) FROM ada", "1< * ESEARCH (TAG \"q\") COUNT 2\n")},
    {"esearch.edge", asked("SEARCH RETURN (MIN) OR FROM ada FROM bob", "1< * ESEARCH (TAG \"q\") MIN 3\n")},
    {"esearch.edge", asked("UID SEARCH RETURN (MAX) FROM ada", "1< * ESEARCH (TAG \"q\") UID MAX 3\n")},
    {"esearch.partial", asked("SEARCH RETURN (PARTIAL 1:2) ALL", "1< * ESEARCH (TAG \"q\") PARTIAL (1:2 2:3)\n")},
    {"esearch.partial", asked("SEARCH RETURN (PARTIAL -1:-2) ALL", "1< * ESEARCH (TAG \"q\") PARTIAL (-1:-2 1:2)\n")},
    {"esearch.modseq", asked("SEARCH RETURN (ALL) MODSEQ 1", "1< * ESEARCH (TAG \"q\") ALL 1:3\n")},
    {"search.missing", asked("SEARCH RETURN (ALL) OR FROM ada FROM bob", "1< * ESEARCH (TAG \"q\") ALL 2\n")},
    {"search.extra", asked("UID SEARCH RETURN () FROM ada", "1< * ESEARCH (TAG \"q\") UID ALL 1:2\n")},
    {"sort.extra", asked("SORT (DATE) UTF-8 FROM ada", "1< * SORT 2 3\n")},
    {"sort.missing", asked("UID SORT (DATE) UTF-8 ALL", "1< * SORT 2 3\n")},
    {"sort.repeated", asked("SORT (DATE) UTF-8 ALL", "1< * SORT 2 1 3 2\n")},
    {"sort.unanswered", asked("SORT (DATE) UTF-8 FROM zed", "")},
    {"sort.order", asked("SORT (DATE) UTF-8 ALL", "1< * SORT 1 2 3\n")},
    {"sort.order", asked("SORT (REVERSE FROM) UTF-8 ALL", "1< * SORT 2 3 1\n")},
    {"sort.order", asked("SORT (SUBJECT) UTF-8 ALL", "1< * SORT 3 2 1\n")},
    {"sort.order", asked("SORT RETURN (ALL) (SUBJECT DATE) UTF-8 ALL", "1< * ESEARCH (TAG \"q\") ALL 1:3\n")},
    {"sort.edge", asked("SORT RETURN (MIN) (DATE) UTF-8 ALL", "1< * ESEARCH (TAG \"q\") MIN 1\n")},
    {"thread.extra", asked("THREAD REFERENCES UTF-8 FROM ada", "1< * THREAD (2)(3)\n")},
    {"thread.missing", asked("THREAD REFERENCES UTF-8 ALL", "1< * THREAD (2)(3)\n")},
    {"thread.repeated", asked("THREAD REFERENCES UTF-8 ALL", "1< * THREAD (2 1)(3 2)\n")},
    {"thread.unanswered", asked("THREAD REFERENCES UTF-8 ALL", "")},
    {"thread.ordered-subject", asked("THREAD ORDEREDSUBJECT UTF-8 ALL", "1< * THREAD (1)(2 3)\n")},
    {"thread.references", asked("THREAD REFERENCES UTF-8 ALL", "1< * THREAD (2 3)(1)\n")},
    {"searchres.extra", asked("SEARCH RETURN (SAVE) FROM ada", "") +
                            "1> r FETCH $ (INTERNALDATE)\n1< * 1 FETCH (INTERNALDATE \"05-Jan-2026 10:00:00 "
                            "+0000\")\n1< r OK x\n"},
    {"searchres.missing", asked("SEARCH RETURN (SAVE) FROM ada", "") + "1> r FETCH $ (INTERNALDATE)\n1< r OK x\n"},
    {"searchres.refused",
     "1< * OK [CAPABILITY IMAP4rev1 SEARCHRES ESEARCH] hi\n1> l LOGIN u p\n1< l OK [CAPABILITY "
     "IMAP4rev1 SEARCHRES ESEARCH] in\n1> s SELECT INBOX\n1< * FLAGS (\\Seen)\n1< * 3 EXISTS\n1< "
     "* 0 RECENT\n1< * OK [UIDVALIDITY 7] v\n1< * OK [UIDNEXT 20] n\n1< s OK [READ-WRITE] x\n1> r "
     "FETCH $ (FLAGS)\n1< r BAD x\n"},
    {"fetch_items.missing", asked("SEARCH RETURN (SAVE ALL) FROM ada", "1< * ESEARCH (TAG \"q\") ALL 2\n") +
                                "1> r FETCH $ (FLAGS)\n1< r OK x\n"},
};

std::string kept(std::string const& lines) {
  return asked("UID SEARCH RETURN (UPDATE ALL) ALL", "1< * ESEARCH (TAG \"q\") UID ALL 1:3\n") + lines;
}
std::string kept_by_number(std::string const& lines) {
  return asked("SEARCH RETURN (UPDATE ALL) ALL", "1< * ESEARCH (TAG \"q\") ALL 1:3\n") + lines;
}

breach_table const news{
    {"context.reused", kept("1> q SEARCH RETURN (UPDATE) ALL\n1< q OK x\n")},
    {"context.ended", asked("SEARCH ALL", "1< * SEARCH 1 2 3\n1< * ESEARCH (TAG \"z\") ADDTO (0 1)\n")},
    {"context.ended", kept("1> c CANCELUPDATE \"q\"\n1< c OK x\n1< * ESEARCH (TAG \"q\") UID REMOVEFROM (0 1)\n")},
    {"context.uid", kept("1< * ESEARCH (TAG \"q\") REMOVEFROM (0 1)\n")},
    {"context.number", kept_by_number("1< * ESEARCH (TAG \"q\") ADDTO (0 4)\n")},
    {"context.position", kept("1< * ESEARCH (TAG \"q\") UID REMOVEFROM (4 1)\n")},
    {"context.list", kept("1< * ESEARCH (TAG \"q\") UID ADDTO (0 2)\n")},
    {"context.late", kept_by_number("1> n NOOP\n1< * 2 EXPUNGE\n1< n OK x\n")},
};

/// Another session has removed the message of that number, and this one does not know yet.
std::string removed(std::string const& number, std::string const& command, std::string const& data) {
  return three +
         "2< * OK hi\n2> l LOGIN u p\n2< l OK in\n2> s SELECT INBOX\n2< * FLAGS (\\Answered \\Flagged \\Deleted "
         "\\Seen \\Draft)\n2< * 3 EXISTS\n2< * 0 RECENT\n2< * OK [UIDVALIDITY 7] v\n2< * OK [UIDNEXT 4] n\n2< s OK "
         "[READ-WRITE] done\n2> f FETCH 1:* (UID)\n2< * 1 FETCH (UID 1)\n2< * 2 FETCH (UID 2)\n2< * 3 FETCH (UID "
         "3)\n2< f OK x\n2> t STORE " +
         number + " +FLAGS.SILENT (\\Deleted)\n2< t OK x\n2> e EXPUNGE\n2< * " + number + " EXPUNGE\n2< e OK x\n1> q " +
         command + "\n" + data + "1< q OK x\n";
}

TEST(Searching, WhatIsGoneHasNoPlaceInAnOrder) {
  for (auto const& right : {removed("1", "SORT (DATE) UTF-8 ALL", "1< * SORT 1 2 3\n"),
                            removed("1", "THREAD ORDEREDSUBJECT UTF-8 ALL", "1< * THREAD (1)(2 3)\n"),
                            removed("2", "THREAD REFERENCES UTF-8 ALL", "1< * THREAD (2)(3)(1)\n")})
    EXPECT_EQ(found(right), std::set<std::string>()) << right;
  EXPECT_TRUE(found(removed("1", "SORT (DATE) UTF-8 ALL", "1< * SORT 1 3 2\n")).contains("sort.order"));
}

TEST(Searching, WhatWasOnlyFetchedIsNoMeasure) {
  std::string const fetched =
      "1> f FETCH 1 (UID BODY.PEEK[])\n1< * 1 FETCH (UID 5 BODY[] {16}\\nSubject: x\\n\\nhi)\n1< f OK x\n";
  EXPECT_EQ(found(select + fetched + "1> a SEARCH SUBJECT other\n1< * SEARCH 1\n1< a OK x\n"), std::set<std::string>());
}

TEST(Searching, WhatIsRightIsLetPass) {
  for (auto const& h : {
           asked("SEARCH RETURN (MIN MAX COUNT ALL) ALL", "1< * ESEARCH (TAG \"q\") MAX 3 ALL 1:3 COUNT 3 MIN 1\n"),
           asked("SEARCH RETURN (MIN) FROM zed", "1< * ESEARCH (TAG \"q\")\n"),
           asked("SEARCH RETURN (COUNT) SUBJECT =?x?=", "1< * ESEARCH (TAG \"q\") COUNT 2\n"),
           asked("SEARCH RETURN (PARTIAL -1:-2) ALL", "1< * ESEARCH (TAG \"q\") PARTIAL (-1:-2 2:3)\n"),
           asked("SEARCH RETURN (PARTIAL 4:9) ALL", "1< * ESEARCH (TAG \"q\") PARTIAL (4:9 NIL)\n"),
           asked("SORT (DATE) UTF-8 ALL", "1< * SORT 2 1 3\n"),
           asked("SORT (SUBJECT) UTF-8 ALL", "1< * SORT 2 3 1\n"),
           asked("SORT (SUBJECT REVERSE DATE) UTF-8 ALL", "1< * SORT 3 2 1\n"),
           asked("SORT (REVERSE SUBJECT) UTF-8 ALL", "1< * SORT 1 2 3\n"),
           asked("SORT (ARRIVAL) UTF-8 ALL", "1< * SORT 3 2 1\n"),  // nobody told
           asked("SORT RETURN (MIN MAX) (DATE) UTF-8 ALL", "1< * ESEARCH (TAG \"q\") MIN 2 MAX 3\n"),
           asked("THREAD ORDEREDSUBJECT UTF-8 ALL", "1< * THREAD (2 3)(1)\n"),
           asked("THREAD REFERENCES UTF-8 ALL", "1< * THREAD (1)(3 2)\n"),
           asked("SEARCH RETURN (SAVE) FROM ada", "") +
               "1> r FETCH $ (INTERNALDATE)\n1< * 1 FETCH (FLAGS (\\Seen))\n1< * 2 FETCH (INTERNALDATE \"05-Jan-2026 "
               "10:00:00 +0000\")\n1< r OK x\n",
           kept("1> z APPEND INBOX {8+}\\nX: 1\\n\\n\n1< * 4 EXISTS\n1< z OK [APPENDUID 7 4] x\n1> n FETCH 4 UID\n1< * "
                "4 FETCH (UID 4)\n1< n OK x\n1< * ESEARCH (TAG \"q\") UID ADDTO "
                "(4 "
                "4)\n1> m NOOP\n1< * ESEARCH (TAG \"q\") UID REMOVEFROM (1 1) REMOVEFROM (1 2)\n1< m OK x\n"),
           kept_by_number("1> n NOOP\n1< * ESEARCH (TAG \"q\") REMOVEFROM (0 2)\n1< * 2 EXPUNGE\n1< n OK x\n"),
       })
    for (auto const& rule : found(h))
      if (!rule.starts_with("flag_truth") && !rule.starts_with("mail_life")) ADD_FAILURE() << rule << " in\n" << h;
}

}  // namespace
}  // namespace mailrig::check::searching_test
