// maildrop_opened_test: mail that comes between a POP3 login and the first look at the maildrop may be in it, and what
// comes after that is not (RFC 1939 §4).
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::maildrop_opened_test {
namespace {

/// UID 20 arrives beside a POP3 session that removes the last message; whoever selects then does not find UID 20.
bool lost(std::string const& before, std::string const& after) {
  return found(select + "1> f FETCH 1:3 (UID FLAGS)\n1< * 1 FETCH (UID 5 FLAGS ())\n1< * 2 FETCH (UID 6 FLAGS ())\n" +
               "1< * 3 FETCH (UID 7 FLAGS ())\n1< f OK x\n" + drop + before +
               "1> a APPEND INBOX {4+}\\n\\nhi\n1< * 4 EXISTS\n1< a OK [APPENDUID 7 20] x\n" + after +
               "5> DELE 4\n5< +OK\n5> QUIT\n5< +OK\n" +
               "2< * OK hi\n2> l LOGIN u p\n2< l OK in\n2> s SELECT INBOX\n2< * FLAGS (\\Answered \\Flagged \\Deleted "
               "\\Seen \\Draft)\n2< * 3 EXISTS\n2< * 0 RECENT\n2< * OK [UIDVALIDITY 7] v\n2< * OK [UIDNEXT 21] n\n2< s "
               "OK [READ-WRITE] done\n2> f UID FETCH 1:* (FLAGS)\n2< * 1 FETCH (UID 5 FLAGS ())\n2< * 2 FETCH (UID 6 "
               "FLAGS ())\n2< * 3 FETCH (UID 7 FLAGS ())\n2< f OK x\n")
      .contains("mail_life.lost");
}

TEST(MaildropOpened, ByTheFirstLookAtIt) {
  EXPECT_FALSE(lost("", ""));
  EXPECT_FALSE(lost("5> NOOP\n5< +OK\n", "5> STAT\n5< +OK 4 40\n"));
}

TEST(MaildropOpened, WhatComesLaterIsNotInIt) { EXPECT_TRUE(lost("5> STAT\n5< +OK 3 30\n", "")); }

}  // namespace
}  // namespace mailrig::check::maildrop_opened_test
