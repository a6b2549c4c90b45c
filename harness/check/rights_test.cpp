// rights_test: what is told of access control lists.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::rights_test {
namespace {

std::string const acl = select + "1> k CAPABILITY\n1< * CAPABILITY IMAP4rev1 ACL RIGHTS=texk\n1< k OK x\n";
std::string offers(std::string const& word) {
  return select + "1> k CAPABILITY\n1< * CAPABILITY IMAP4rev1 ACL " + word + "\n1< k OK x\n";
}
std::string get(std::string const& tag, std::string const& told) {
  return "1> " + tag + " GETACL INBOX\n1< * ACL INBOX " + told + "\n1< " + tag + " OK x\n";
}
std::string rights(std::string const& told) {
  return "1> r LISTRIGHTS INBOX fred\n1< * LISTRIGHTS INBOX " + told + "\n1< r OK x\n";
}
std::string mine(std::string const& told) {
  return "1> m MYRIGHTS INBOX\n1< * MYRIGHTS INBOX " + told + "\n1< m OK x\n";
}

breach_table const table{
    {"rights.old", offers("RIGHTS=texka")},
    {"rights.new", offers("RIGHTS=tex")},
    {"rights.virtual", acl + mine("lrte")},
    {"rights.virtual", acl + mine("lrk")},
    {"rights.virtual", acl + get("a", "fred lrx")},
    {"rights.virtual", acl + rights(R"(fred "" l r x k t e c)")},
    {"rights.list-untold", acl + "1> a GETACL INBOX\n1< a OK x\n"},
    {"rights.untold", acl + "1> a MYRIGHTS INBOX\n1< a OK x\n"},
    {"rights.identifier", acl + rights(R"(Fred "" l r)")},
    {"rights.twice", acl + rights(R"(fred lr r s)")},
    {"rights.tied", acl + rights(R"(fred "" lr swi)") + get("a", "fred lrs")},
    {"grammar.rights", acl + mine("LRS")},
    {"grammar.rights", acl + get("a", "fred")},
};

TEST(rights, what_rfc_4314_has_is_let_pass) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(acl + rights(R"(fred "" lr swi p k x te c d)") + get("a", "fred lrswi -fred ted other \"\"")),
            nothing);
  // "x" may be a member of "d", and "c" be "k" alone.
  EXPECT_EQ(found(acl + mine("lrxd") + get("a", "x lrkc") + rights(R"(fred la swted r x i p k c 0 1 9)")), nothing);
  // RFC 2086 has neither.
  EXPECT_EQ(found(select + "1> k CAPABILITY\n1< * CAPABILITY IMAP4rev1 ACL\n1< k OK x\n" + mine("lrx")), nothing);
  EXPECT_EQ(found(acl + "1> a GETACL INBOX\n1< a NO x\n" + "1> b GETACL INBOX\n1< * ACL INBOX\n1< b OK x\n"), nothing);
}

}  // namespace
}  // namespace mailrig::check::rights_test
