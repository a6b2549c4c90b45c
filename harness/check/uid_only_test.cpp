// uid_only_test: messages that go by their UIDs alone.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::uid_only_test {
namespace {

std::string const enabled =
    "1< * OK hi\n1> l LOGIN u p\n1< l OK in\n1> e ENABLE UIDONLY\n1< * ENABLED UIDONLY\n1< e OK x\n" +
    select.substr(select.find("1> s SELECT"));

breach_table const table{
    {"uid_only.unasked", select + "1> a UID FETCH 5 FLAGS\n1< * 5 UIDFETCH (FLAGS ())\n1< a OK x\n"},
    {"uid_only.number", enabled + "1> a FETCH 1 FLAGS\n1< a OK x\n"},
    {"uid_only.code", enabled + "1> a STORE 1 FLAGS ()\n1< a BAD x\n"},
    {"uid_only.fetch", enabled + "1> a UID FETCH 5 FLAGS\n1< * 1 FETCH (UID 5 FLAGS ())\n1< a OK x\n"},
    {"uid_only.expunge", enabled + "1> a NOOP\n1< * 1 EXPUNGE\n1< a OK x\n"},
    {"uid_only.two-uids", enabled + "1> a UID FETCH 5 UID\n1< * 5 UIDFETCH (UID 6)\n1< a OK x\n"},
};

TEST(uid_only, messages_go_by_their_uids) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(enabled + "1> a UID FETCH 1:* (FLAGS UID)\n1< * 5 UIDFETCH (FLAGS () UID 5)\n"
                            "1< * 6 UIDFETCH (UID 6 FLAGS ())\n1< * 7 UIDFETCH (FLAGS () UID 7)\n1< a OK x\n"
                            "1> b FETCH 1 FLAGS\n1< b BAD [UIDREQUIRED] x\n1> c NOOP\n1< * VANISHED 5:6\n1< c OK x\n"),
            nothing);
}

}  // namespace
}  // namespace mailrig::check::uid_only_test
