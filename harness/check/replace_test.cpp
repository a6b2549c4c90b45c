// replace_test: REPLACE in halves.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::replace_test {
namespace {

std::string const asked = "1> a REPLACE 1 INBOX (\\Draft) {3+}\\nabc\n";
std::string const uid_asked = "1> a UID REPLACE 5 INBOX {3+}\\nabc\n";
std::string const came = "1< * OK [APPENDUID 7 20] x\n1< * 4 EXISTS\n";
std::string const offered = all5 + "1> c CAPABILITY\n1< * CAPABILITY IMAP4rev1 REPLACE UIDPLUS\n1< c OK x\n";

breach_table const table{
    {"replace.stays", all5 + asked + came + "1< a OK x\n"},
    {"replace.taken", all5 + asked + "1< * 1 EXPUNGE\n1< a NO x\n"},
    {"replace.intermediate",
     all5 + asked + came + "1< * 1 FETCH (UID 5 FLAGS (\\Deleted))\n1< * 1 EXPUNGE\n1< a OK x\n"},
    {"replace.untold", offered + uid_asked + "1< * 4 EXISTS\n1< * 1 EXPUNGE\n1< a OK x\n"},
};

TEST(replace, in_one_step) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(all5 + asked + came + "1< * 1 EXPUNGE\n1< a OK x\n"), nothing);
  EXPECT_EQ(found(all5 + asked + "1< * 1 EXPUNGE\n1< * 3 EXISTS\n1< a OK [APPENDUID 7 20] x\n"), nothing);
  EXPECT_EQ(found(all5 + asked + "1< a NO [TRYCREATE] x\n"), nothing);
  EXPECT_EQ(found(offered + uid_asked + came + "1< * 1 EXPUNGE\n1< a OK x\n"), nothing);
}

TEST(replace, what_others_are_told) {
  // The old message is gone and the new one is there: who polls is told of both.
  auto const done = all5 + second +
                    "2> f FETCH 1:3 (UID)\n2< * 1 FETCH (UID 5)\n2< * 2 FETCH (UID 6)\n2< * 3 FETCH "
                    "(UID 7)\n2< f OK x\n" +
                    asked + came + "1< * 1 EXPUNGE\n1< a OK x\n2> n NOOP\n";
  EXPECT_EQ(found(done + "2< * 4 EXISTS\n2< * 1 EXPUNGE\n2< n OK x\n"), std::set<std::string>{});
  EXPECT_TRUE(found(done + "2< * 4 EXISTS\n2< n OK x\n").contains("mail_life.kept"));
  EXPECT_TRUE(found(done + "2< * 1 EXPUNGE\n2< n OK x\n").contains("mail_life.unannounced"));
}

}  // namespace
}  // namespace mailrig::check::replace_test
