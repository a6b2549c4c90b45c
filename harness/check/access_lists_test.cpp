// access_lists_test: what GETACL tells after SETACL and DELETEACL.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::access_lists_test {
namespace {

std::string const acl =
    select +
    "1> k CAPABILITY\n1< * CAPABILITY IMAP4rev1 ACL RIGHTS=texk\n1< k OK x\n"
    "1> r LISTRIGHTS INBOX fred\n1< * LISTRIGHTS INBOX fred \"\" l r s w i k x t e c d\n1< r OK x\n";
std::string set(std::string const& rights, std::string const& who = "fred") {
  return "1> s SETACL INBOX " + who + " " + rights + "\n1< s OK x\n";
}
std::string get(std::string const& told) { return "1> g GETACL INBOX\n1< * ACL INBOX " + told + "\n1< g OK x\n"; }
std::string const removed = "1> d DELETEACL INBOX fred\n1< d OK x\n";

breach_table const table{
    {"access_lists.given", acl + set("lr") + get("fred lrs")},
    {"access_lists.given", acl + set("lrs") + set("-s") + get("fred lrs")},
    {"access_lists.missing", acl + set("lr") + set("+s") + get("fred lr")},
    {"access_lists.missing", acl + set("lrd") + get("fred lrtd")},
    {"access_lists.missing", acl + set("lr") + get("u1 lrswia")},
    {"access_lists.deleted", acl + set("lr") + removed + get("fred lr")},
};

TEST(access_lists, what_was_set_is_let_pass) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(acl + set("lrd") + get("fred lrtexcd")), nothing);
  EXPECT_EQ(found(acl + set("lrd") + get("fred lrted")), nothing);
  EXPECT_EQ(found(acl + set("lrs") + set("+w") + set("-r") + get("fred lsw")), nothing);
  EXPECT_EQ(found(acl + set("lr") + removed + get("u1 lrswia")), nothing);
  // Its form is the server's, and so is what it can have.
  EXPECT_EQ(found(acl + set("lr") + get("fred@example.com lr u1 lra")), nothing);
  EXPECT_EQ(found(acl + set("lrp0") + get("fred lr")), nothing);
  EXPECT_EQ(found(acl + set("lrs", "mary") + get("fred lrw mary l")), nothing);
}

}  // namespace
}  // namespace mailrig::check::access_lists_test
