// by_account_test: what one user's sessions are told is not held against another's.
#include "check/by_account.hpp"

#include <gtest/gtest.h>

namespace mailrig::check::by_account_test {
namespace {

using history::event_kind;
using history::protocol;

/// A session of the account selects INBOX, in which one message is, and is told its UID and octets.
void look(history::event_sink& to, history::session_id id, char const* opened, char const* mail) {
  auto const say = [&](event_kind kind, std::string const& octets) {
    to.take({base::instant(), id, kind, protocol::imap, octets});
  };
  say(event_kind::opened, opened);
  say(event_kind::received, "* PREAUTH hello\r\n");
  say(event_kind::sent, "a SELECT INBOX\r\n");
  say(event_kind::received,
      "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n* 1 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7] "
      "x\r\n* OK [UIDNEXT 2] x\r\n"
      "a OK [READ-WRITE] x\r\n");
  say(event_kind::sent, "b FETCH 1 (UID BODY.PEEK[])\r\n");
  say(event_kind::received,
      "* 1 FETCH (UID 1 BODY[] {" + std::to_string(std::string_view(mail).size()) + "}\r\n" + mail + ")\r\nb OK x\r\n");
}

std::size_t findings(char const* other_account) {
  judge own(base::registry<checker_kind>::all(), nullptr), others(base::registry<checker_kind>::all(), nullptr);
  by_account both([&](std::string_view account) {
    return account == "nobody" ? nullptr : account == "u 1" ? &own : &others;
  });
  look(both, 0, "u 1 host:143", "A: b\r\n\r\none\r\n");
  look(both, 1, other_account, "A: b\r\n\r\nquite another\r\n");
  return own.findings().size() + others.findings().size();
}

TEST(ByAccount, EachAccountHasItsOwnMail) {
  EXPECT_EQ(findings("u2 host:143"), 0U);
  EXPECT_EQ(findings("nobody host:143"), 0U);
  EXPECT_GT(findings("u 1 host:143"), 0U);  // the same UID of one mailbox cannot be two messages
}

}  // namespace
}  // namespace mailrig::check::by_account_test
