// quota_test: what is told of quota roots.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::quota_test {
namespace {

std::string const res =
    select + "1> k CAPABILITY\n1< * CAPABILITY IMAP4rev1 QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE\n1< k OK x\n";
std::string get(std::string const& tag, std::string const& told) {
  return "1> " + tag + " GETQUOTA r\n1< * QUOTA r (" + told + ")\n1< " + tag + " OK x\n";
}
std::string const append = "1> p APPEND INBOX {10+}\\nX: 1\\n\\nhi\n1< * 4 EXISTS\n1< p OK [APPENDUID 7 20] x\n";
std::string const append5000 =
    "1> p APPEND INBOX {5000+}\\n" + std::string(4998, 'x') + "\\n\n1< * 4 EXISTS\n1< p OK [APPENDUID 7 20] x\n";

breach_table const table{
    {"quota.no-resource", select + "1> k CAPABILITY\n1< * CAPABILITY IMAP4rev1 QUOTA QUOTASET\n1< k OK x\n"},
    {"grammar.quota", res + get("a", "STORAGE 9223372036854775808 10")},
    {"grammar.quota", res + get("a", "STORAGE 1")},
    {"quota.unannounced", res + get("a", "MAILBOX 1 10")},
    {"quota.untold", res + "1> a GETQUOTA r\n1< a OK x\n"},
    {"quota.root-untold", res + "1> a GETQUOTAROOT INBOX\n1< * QUOTAROOT INBOX r\n1< a OK x\n"},
    {"quota.root-untold", res + "1> a GETQUOTAROOT INBOX\n1< a OK x\n"},
    {"quota.limit", res + get("a", "STORAGE 1 10") + get("b", "STORAGE 1 11")},
    {"quota.usage", res + get("a", "STORAGE 1 10") + get("b", "STORAGE 2 10")},
    {"quota.messages", res + get("a", "MESSAGE 3 10") + append + get("b", "MESSAGE 5 10")},
    {"quota.beyond", res + get("a", "STORAGE 10 10") + append5000},
    {"quota.over-anywhere", "1< * OK hi\n1> l LOGIN u p\n1< l OK in\n1> a NOOP\n1< * NO [OVERQUOTA] x\n1< a OK x\n"},
};

TEST(quota, what_is_told_goes_with_what_is_done) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(res + get("a", "STORAGE 1 10 MESSAGE 3 10") + append + get("b", "STORAGE 1 10 MESSAGE 4 10")),
            nothing);
  EXPECT_EQ(found(res + get("a", "STORAGE 1 10") +
                  "1> s SETQUOTA r (STORAGE 9)\n1< * QUOTA r (STORAGE 1 9)\n1< s OK x\n" + get("b", "STORAGE 1 9")),
            nothing);
  EXPECT_EQ(found(select + get("a", "X-OWN 1 10")), nothing);
  // Soft limits are told of, and what is beyond them is taken.
  EXPECT_EQ(found(res + get("a", "STORAGE 10 10") + "1> n NOOP\n1< * NO [OVERQUOTA] x\n1< n OK x\n" + append5000),
            nothing);
}

}  // namespace
}  // namespace mailrig::check::quota_test
