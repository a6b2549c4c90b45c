// imap4rev2_test: histories that break the rules of IMAP4rev2 sessions, and their nearest kin that do not.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::imap4rev2_test {
namespace {

std::string const in =
    "1< * OK [CAPABILITY IMAP4rev1 IMAP4rev2 ENABLE] hi\n1> l LOGIN u p\n1< l OK in\n1> e ENABLE IMAP4rev2\n"
    "1< * ENABLED IMAP4rev2\n1< e OK x\n";
std::string const list = "1< * LIST () \"/\" INBOX\n";
std::string const validity = "1< * OK [UIDVALIDITY 7] v\n";

/// SELECT INBOX, told that besides.
std::string opens(std::string const& tag, std::string const& told) {
  return "1> " + tag + " SELECT INBOX\n" + told +
         "1< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n1< * 3 EXISTS\n1< * OK [PERMANENTFLAGS ()] p\n"
         "1< * OK [UIDNEXT 20] n\n1< " +
         tag + " OK [READ-WRITE] done\n";
}

breach_table const table{
    {"imap4rev2.select-list", in + opens("s", validity)},
    {"imap4rev2.select-codes", in + opens("s", list)},
    {"imap4rev2.select-name", in + opens("s", "1< * LIST () \"/\" other\n" + validity)},
    {"imap4rev2.select-attributes", in + opens("s", "1< * LIST (\\Noselect) \"/\" INBOX\n" + validity)},
    {"imap4rev2.closed", in + opens("s", list + validity) + opens("t", list + validity)},
    {"imap4rev2.unasked-uid",
     in + opens("s", list + validity) + "1> n NOOP\n1< * 1 FETCH (FLAGS (\\Seen))\n1< n OK x\n"},
    {"imap4rev2.attribute-twice", in + "1> a LIST \"\" *\n1< * LIST (\\Marked \\Marked) \"/\" INBOX\n1< a OK x\n"},
    {"imap4rev2.utf8", in + "1> a LIST \"\" *\n1< * LIST () \"/\" {4}\\ncaf\xE9\n1< a OK x\n"},
};

bool told_of(std::string const& history) {
  for (auto const& rule : found(history))
    if (rule.starts_with("imap4rev2.") || rule.starts_with("state.") || rule.starts_with("grammar.")) return true;
  return false;
}

TEST(Imap4rev2, WhatIsWholeIsLeftAlone) {
  EXPECT_FALSE(told_of(in + opens("s", list + validity)));
  EXPECT_FALSE(told_of(in + opens("s", list + validity) + opens("t", "1< * OK [CLOSED] c\n" + list + validity)));
  EXPECT_FALSE(
      told_of(in + opens("s", list + validity) + "1> n NOOP\n1< * 1 FETCH (UID 5 FLAGS (\\Seen))\n1< n OK x\n"));
  EXPECT_FALSE(told_of(in + "1> a LIST \"\" *\n1< * LIST () \"/\" \"caf\xC3\xA9\"\n1< a OK \n"));
}

TEST(Imap4rev2, NothingIsOwedBeforeItIsEnabled) {
  EXPECT_FALSE(told_of(select + "1> n NOOP\n1< * 1 FETCH (FLAGS (\\Seen))\n1< n OK x\n"));
  EXPECT_TRUE(
      told_of("1< * OK hi\n1> l LOGIN u p\n1< l OK in\n1> a LIST \"\" *\n1< * LIST () \"/\" \"caf\xC3\xA9\"\n"));
}

TEST(Imap4rev2, AloneItIsSpokenFromTheBeginning) {
  auto const alone = std::string("1< * OK [CAPABILITY IMAP4rev2] hi\n1> l LOGIN u p\n1< l OK in\n");
  EXPECT_TRUE(found(alone + opens("s", validity)).contains("imap4rev2.select-list"));
  EXPECT_FALSE(told_of(alone + opens("s", list + validity)));
}

TEST(Imap4rev2, SearchIsAnsweredByEsearch) {
  auto const search = in + opens("s", list + validity) + "1> a SEARCH ALL\n";
  EXPECT_TRUE(found(search + "1< * SEARCH 1 2 3\n1< a OK x\n").contains("esearch.single"));
  EXPECT_FALSE(found(search + "1< * ESEARCH (TAG \"a\") ALL 1:3\n1< a OK x\n").contains("esearch.single"));
  EXPECT_TRUE(found(search + "1< * ESEARCH (TAG \"a\") ALL 1:2\n1< a OK x\n").contains("search.missing"));
}

}  // namespace
}  // namespace mailrig::check::imap4rev2_test
