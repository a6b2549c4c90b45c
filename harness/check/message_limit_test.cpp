// message_limit_test: limits of messages, progress of commands, and the end of a login.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::message_limit_test {
namespace {

std::string caps(std::string const& list) {
  return select + "1> k CAPABILITY\n1< * CAPABILITY IMAP4rev1 " + list + "\n1< k OK x\n";
}
std::string progress(std::string const& told) {
  return select + "1> a SEARCH TEXT x\n" + told + "1< * SEARCH\n1< a OK x\n";
}
std::string many(int count) {
  std::string out = "1> a APPEND INBOX";
  for (int n = 0; n < count; ++n) out += " {10+}\\nX: 1\\n\\nhi";
  return out + "\n1< a OK x\n";
}

breach_table const table{
    {"message_limit.form", caps("MESSAGELIMIT=0")},
    {"message_limit.append-form", caps("APPENDLIMIT=none")},
    {"message_limit.low", caps("MESSAGELIMIT=999")},
    {"message_limit.number", caps("MESSAGELIMIT=1000") + "1> a STORE 1 FLAGS ()\n1< a OK [MESSAGELIMIT 1001 5] x\n"},
    {"message_limit.partly", caps("MESSAGELIMIT=1000") + "1> a COPY 1 INBOX\n1< a OK [MESSAGELIMIT 1000 5] x\n"},
    {"message_limit.beyond", caps("SAVELIMIT=2") + many(3)},
    {"message_limit.lowest", all5 + "1> k CAPABILITY\n1< * CAPABILITY IMAP4rev1 MESSAGELIMIT=1000\n1< k OK x\n"
                                    "1> a UID STORE 5:7 +FLAGS.SILENT (x)\n1< a OK [MESSAGELIMIT 1000 4] x\n"},
    {"message_limit.more", all5 + "1> k CAPABILITY\n1< * CAPABILITY IMAP4rev1 MESSAGELIMIT=2\n1< k OK x\n"
                                  "1> a UID STORE 5:7 +FLAGS.SILENT (x)\n1< a OK [MESSAGELIMIT 2 5] x\n"},
    {"message_limit.unlimited", caps("MESSAGELIMIT=1000") + "1> a EXPUNGE\n1< a OK [MESSAGELIMIT 1000 5] x\n"},
    {"in_progress.untagged", select + "1> a NOOP\n1< a OK [INPROGRESS] x\n"},
    {"in_progress.tag", progress("1< * OK [INPROGRESS (\"b\" 1 3)] x\n")},
    {"in_progress.goal", progress("1< * OK [INPROGRESS (\"a\" 3 3)] x\n")},
    {"in_progress.backwards", progress("1< * OK [INPROGRESS (\"a\" 2 3)] x\n1< * OK [INPROGRESS (\"a\" 1 3)] x\n")},
    {"unauthenticate.refused", caps("UNAUTHENTICATE") + "1> a UNAUTHENTICATE\n1< a NO x\n"},
    {"unauthenticate.nobody", "1< * OK hi\n1> a UNAUTHENTICATE\n1< a OK x\n"},
};

TEST(message_limit, what_is_announced_is_kept) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(caps("MESSAGELIMIT=1000") + "1> a COPY 1 INBOX\n1< a NO [MESSAGELIMIT 1000 5] x\n"), nothing);
  // What was announced before LOGIN need not hold behind it.
  EXPECT_EQ(found("1< * OK [CAPABILITY IMAP4rev1 MESSAGELIMIT=1000] hi\n" + select.substr(select.find('\n') + 1) +
                  "1> a STORE 1 FLAGS ()\n1< a OK [MESSAGELIMIT 2000 5] x\n"),
            nothing);
  EXPECT_EQ(found(progress("1< * OK [INPROGRESS] x\n1< * OK [INPROGRESS (\"a\" NIL NIL)] x\n"
                           "1< * OK [INPROGRESS (\"a\" 1 NIL)] x\n1< * OK [INPROGRESS (NIL 1 2)] x\n")),
            nothing);
  EXPECT_EQ(found(progress("1< * OK [INPROGRESS (a 1 2)] x\n")), std::set<std::string>{"grammar.code"});
  EXPECT_EQ(found(caps("UNAUTHENTICATE") + "1> a UNAUTHENTICATE\n1< a OK x\n1> l LOGIN u p\n1< l OK x\n"), nothing);
}

}  // namespace
}  // namespace mailrig::check::message_limit_test
