// multi_search_test: searches through several mailboxes.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::multi_search_test {
namespace {

std::string searched(std::string const& told) {
  return select + "1> a ESEARCH IN (mailboxes (INBOX b)) ALL\n" + told + "1< a OK x\n";
}
std::string const one = "1< * ESEARCH (TAG \"a\" MAILBOX b UIDVALIDITY 3) UID ALL 5\n";

breach_table const table{
    {"multi_search.plain", searched("1< * SEARCH 5\n")},
    {"multi_search.numbers", searched("1< * ESEARCH (TAG \"a\" MAILBOX b UIDVALIDITY 3) ALL 5\n")},
    {"multi_search.twice", searched(one + one)},
    {"multi_search.nothing", searched("1< * ESEARCH (TAG \"a\" MAILBOX b UIDVALIDITY 3) UID COUNT 0\n")},
    {"multi_search.correlators", searched("1< * ESEARCH (TAG \"a\" MAILBOX b) UID ALL 5\n")},
    {"multi_search.validity", searched("1< * ESEARCH (TAG \"a\" MAILBOX inbox UIDVALIDITY 4000) UID ALL 5\n")},
};

TEST(multi_search, each_mailbox_is_told_once) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(searched("")), nothing);
  EXPECT_EQ(found(searched(one + "1< * ESEARCH (UIDVALIDITY 7 MAILBOX c TAG \"a\") UID COUNT 3\n")), nothing);
}

}  // namespace
}  // namespace mailrig::check::multi_search_test
