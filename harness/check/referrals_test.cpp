// referrals_test: where mailboxes and users are to be found.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::referrals_test {
namespace {

std::string const url = "imap://u;AUTH=*@elsewhere.test/";
std::string login(std::string const& end) { return "1< * OK hi\n1> l LOGIN u p\n1< l " + end + "\n"; }

breach_table const table{
    {"referrals.form", select + "1> a DELETE x\n1< a NO [REFERRAL http://h/x] x\n"},
    {"referrals.status", select + "1> a CREATE x\n1< a OK [REFERRAL " + url + "x] x\n"},
    {"referrals.pairs", select + "1> a RENAME x y\n1< a NO [REFERRAL " + url + "x] x\n"},
    {"referrals.server", login("OK [REFERRAL " + url + "INBOX] x")},
};

TEST(referrals, who_refers_says_where) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(select + "1> a RENAME x y\n1< a NO [REFERRAL " + url + "x " + url + "y] x\n"), nothing);
  EXPECT_EQ(found(select + "1> a STATUS x (MESSAGES)\n1< a NO [REFERRAL " + url + "x imap://h/x] x\n"), nothing);
  EXPECT_EQ(found(login("NO [REFERRAL " + url + "] x")), nothing);
  EXPECT_EQ(found("1< * BYE [REFERRAL imap://h] x\n"), nothing);
}

}  // namespace
}  // namespace mailrig::check::referrals_test
