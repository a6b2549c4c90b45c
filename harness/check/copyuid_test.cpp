// copyuid_test: COPYUID of MOVE in IMAP4rev2 comes before the EXPUNGE of what it names, and may follow others'.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::copyuid_test {
namespace {

std::string const enabled = all5 + "1> e ENABLE IMAP4rev2\n1< * ENABLED IMAP4rev2\n1< e OK x\n";

breach_table const table{
    {"copyuid.move-late", enabled + "1> a MOVE 1 x\n1< * 1 EXPUNGE\n1< a OK [COPYUID 9 5 1] x\n"},
    {"copyuid.move-late", enabled + "1> a MOVE 1 x\n1< * 1 EXPUNGE\n1< * OK [COPYUID 9 5 1] x\n1< a OK x\n"},
    {"copyuid.append-untold", enabled + "1> a APPEND x {1+}\\nx\n1< a OK x\n"},
    {"copyuid.copy-untold", enabled + "1> a UID COPY 6 x\n1< a OK x\n"},
};

bool late(std::string const& history) { return found(history).contains("copyuid.move-late"); }

TEST(Copyuid, WhatIsMovedMayFollowWhatOthersRemoved) {
  EXPECT_FALSE(late(enabled +
                    "1> a MOVE 1 x\n1< * 2 EXPUNGE\n1< * OK [COPYUID 9 5 1] x\n1< * 1 EXPUNGE\n1< a OK [COPYUID 9 5 "
                    "1] x\n"));
}

TEST(Copyuid, Rfc6851HasItAtTheEndToo) {
  EXPECT_FALSE(late(all5 + "1> a MOVE 1 x\n1< * 1 EXPUNGE\n1< a OK [COPYUID 9 5 1] x\n"));
}

bool untold(std::string const& history) {
  auto const rules = found(history);
  return rules.contains("copyuid.append-untold") || rules.contains("copyuid.copy-untold");
}

TEST(Copyuid, WhoMayNotOpenAMailboxIsToldNoUids) {
  EXPECT_FALSE(untold(enabled + "1> n SETACL x u1 i\n1< n OK x\n1> a APPEND x {1+}\\nx\n1< a OK x\n"));
  EXPECT_FALSE(untold(enabled + "1> n NAMESPACE\n1< * NAMESPACE ((\"\" \"/\")) ((\"~\" \"/\")) NIL\n1< n OK x\n"
                                "1> a COPY 1 ~u2/x\n1< a OK x\n"));
}

TEST(Copyuid, AStoreWithoutLastingUidsTellsNone) {
  EXPECT_FALSE(untold(enabled + "1< * NO [UIDNOTSTICKY] x\n1> a APPEND x {1+}\\nx\n1< a OK x\n"));
}

TEST(Copyuid, TheFirstRevisionAsksForNoCode) {
  EXPECT_FALSE(untold(all5 + "1> a APPEND x {1+}\\nx\n1< a OK x\n1> b COPY 1 x\n1< b OK x\n"));
}

}  // namespace
}  // namespace mailrig::check::copyuid_test
