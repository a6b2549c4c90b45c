// mailbox_copy_test: a copy follows what it is told, and differs where it was not.
#include "stress/resync/mailbox_copy.hpp"

#include <gtest/gtest.h>

namespace mailrig::stress::mailbox_copy_test {
namespace {

mailbox_copy told(std::initializer_list<std::string> lines) {
  mailbox_copy out;
  for (auto const& line : lines) {
    auto const frame = line + "\r\n";
    wire::imap::response r;
    wire::imap::read(frame, r);
    EXPECT_FALSE(r.violation) << line;
    out.take(r);
  }
  return out;
}

}  // namespace

TEST(MailboxCopy, FollowsWhatItIsTold) {
  auto const copy =
      told({"* 3 EXISTS", "* OK [UIDVALIDITY 7] v", "* OK [HIGHESTMODSEQ 14] h", "* 1 FETCH (UID 4 FLAGS (\\Seen))",
            "* 2 FETCH (UID 5 FLAGS ())", "* 3 FETCH (UID 6 FLAGS (\\Recent Work))", "* VANISHED (EARLIER) 1:3,5",
            "* 1 FETCH (UID 4 FLAGS (\\Flagged) MODSEQ (13))"});
  EXPECT_EQ(copy.uidvalidity, 7u);
  EXPECT_EQ(copy.modseq, 14u);
  EXPECT_EQ(copy.exists, 3u);
  EXPECT_EQ(copy.largest_uid(), 6u);
  EXPECT_EQ(copy.mail, (std::map<std::uint32_t, mailbox_copy::flag_names>{{4, {"\\flagged"}}, {6, {"work"}}}));
}

TEST(MailboxCopy, TellsTheFirstDifference) {
  auto const one = told({"* 1 FETCH (UID 4 FLAGS ())", "* 2 FETCH (UID 5 FLAGS (\\Seen))"});
  EXPECT_EQ(first_difference(one, one), "");
  auto other = one;
  other.mail[5].clear();
  EXPECT_EQ(first_difference(one, other), "of UID 5 FLAGS (\\seen), and not FLAGS ()");
  other.keep({5});
  EXPECT_EQ(first_difference(other, one), "of UID 4 nothing, and not FLAGS ()");
}

}  // namespace mailrig::stress::mailbox_copy_test
