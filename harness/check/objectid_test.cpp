// objectid_test: names that change, are shared, or are not told.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::objectid_test {
namespace {

std::string const offered = select + "1> c CAPABILITY\n1< * CAPABILITY IMAP4rev1 OBJECTID\n1< c OK x\n";

std::string status(std::string const& name, std::string const& items) {
  return "1> t STATUS " + name + " (UIDVALIDITY MAILBOXID)\n1< * STATUS " + name + " (" + items + ")\n1< t OK x\n";
}
std::string fetch(std::string const& number, std::string const& uid, std::string const& items) {
  return "1> f FETCH " + number + " (UID EMAILID THREADID)\n1< * " + number + " FETCH (UID " + uid + " " + items +
         ")\n1< f OK x\n";
}
/// UIDs 20 and 21 of messages that differ.
std::string const two =
    select +
    "1> a APPEND INBOX {8+}\\nX: 1\\n\\n\n1< * 4 EXISTS\n1< a OK [APPENDUID 7 20] x\n1> b APPEND INBOX "
    "{8+}\\nX: 2\\n\\n\n1< * 5 EXISTS\n1< b OK [APPENDUID 7 21] x\n";
std::string const copied = select + fetch("1", "5", "EMAILID (M1) THREADID NIL") +
                           "1> c COPY 1 INBOX\n1< * 4 EXISTS\n1< c OK [COPYUID 7 5 20] x\n";
std::string const renamed = "1> r RENAME x y\n1< r OK x\n";

breach_table const table{
    {"objectid.mailbox-changed",
     select + status("x", "UIDVALIDITY 9 MAILBOXID (F1)") + status("x", "UIDVALIDITY 9 MAILBOXID (F2)")},
    {"objectid.mailbox-changed",
     select + status("x", "UIDVALIDITY 9 MAILBOXID (F1)") + renamed + status("y", "UIDVALIDITY 9 MAILBOXID (F2)")},
    {"objectid.shared",
     select + status("x", "UIDVALIDITY 9 MAILBOXID (F1)") + status("y", "UIDVALIDITY 8 MAILBOXID (F1)")},
    {"objectid.reused", select + status("x", "UIDVALIDITY 9 MAILBOXID (F1)") +
                            "1> d DELETE x\n1< d OK x\n1> c CREATE x\n1< c OK x\n" +
                            status("x", "UIDVALIDITY 10 MAILBOXID (F1)")},
    {"objectid.create-untold", offered + "1> a CREATE x\n1< a OK x\n"},
    {"objectid.select-untold",
     offered + "1> a SELECT x\n1< * FLAGS (\\Seen)\n1< * 0 EXISTS\n1< * 0 RECENT\n1< * OK [UIDVALIDITY 9] v\n"
               "1< * OK [UIDNEXT 1] n\n1< a OK [READ-WRITE] x\n"},
    {"objectid.changed", select + fetch("1", "5", "EMAILID (M1)") + fetch("1", "5", "EMAILID (M2)")},
    {"objectid.copied", copied + fetch("4", "20", "EMAILID (M2)")},
    {"objectid.content", two + fetch("4", "20", "EMAILID (M1)") + fetch("5", "21", "EMAILID (M1)")},
    {"objectid.thread-differs",
     select + fetch("1", "5", "EMAILID (M1) THREADID (T1)") + fetch("2", "6", "EMAILID (M1) THREADID (T2)")},
    {"objectid.thread-changed", select + fetch("1", "5", "THREADID (T1)") + fetch("1", "5", "THREADID (T2)")},
    {"objectid.both", select + fetch("1", "5", "EMAILID (X1)") + fetch("2", "6", "THREADID (X1)")},
};

TEST(objectid, names_that_stay) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(copied + fetch("4", "20", "EMAILID (M1) THREADID NIL")), nothing);
  EXPECT_EQ(found(two + fetch("4", "20", "EMAILID (M1) THREADID NIL") + fetch("5", "21", "EMAILID (M2) THREADID NIL")),
            nothing);
  EXPECT_EQ(found(select + status("x", "UIDVALIDITY 9 MAILBOXID (F1)") + renamed +
                  status("y", "UIDVALIDITY 9 MAILBOXID (F1)")),
            nothing);
  // Made anew with a greater UIDVALIDITY it is another mailbox.
  EXPECT_EQ(found(select + status("x", "UIDVALIDITY 9 MAILBOXID (F1)") +
                  "1> d DELETE x\n1< d OK x\n1> c CREATE x\n1< c OK [MAILBOXID (F2)] x\n" +
                  status("x", "UIDVALIDITY 10 MAILBOXID (F2)")),
            nothing);
  // INBOX keeps its own when its messages go elsewhere.
  EXPECT_EQ(found(select + status("x", "UIDVALIDITY 9 MAILBOXID (F9)") + "1> r RENAME INBOX y\n1< r OK x\n" +
                  status("y", "UIDVALIDITY 10 MAILBOXID (F2)")),
            nothing);
}

}  // namespace
}  // namespace mailrig::check::objectid_test
