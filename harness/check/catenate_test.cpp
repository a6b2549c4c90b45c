// catenate_test: APPEND of pieces and of several messages.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::catenate_test {
namespace {

std::string const one = "{10+}\\nX: 1\\n\\nhi", two = "{10+}\\nX: 2\\n\\nho";
/// UIDs 20 and 21 by one APPEND.
std::string const both = select + "1> a APPEND INBOX \"05-Jan-2026 10:00:00 +0000\" " + one +
                         " \"06-Jan-2026 10:00:00 +0000\" " + two +
                         "\n1< * 5 EXISTS\n1< a OK [APPENDUID 7 20:21] x\n1> b FETCH 4:5 UID\n1< * 4 FETCH (UID 20)\n"
                         "1< * 5 FETCH (UID 21)\n1< b OK x\n";
/// UID 22 of a literal, the text of UID 20, and two octets of UID 21's.
std::string const pieces = both +
                           "1> c APPEND INBOX CATENATE (TEXT {8+}\\nY: 1\\n\\n URL \";UID=20/;SECTION=TEXT\" URL "
                           "\"/INBOX;UIDVALIDITY=7/;UID=21/;PARTIAL=8.2\")\n1< * 6 EXISTS\n1< c OK [APPENDUID 7 22] x\n"
                           "1> d FETCH 6 UID\n1< * 6 FETCH (UID 22)\n1< d OK x\n";

breach_table const table{
    {"catenate.bad-url",
     select + "1> a APPEND INBOX CATENATE (URL \"/INBOX/;UID=9\")\n1< a NO [BADURL /INBOX/;UID=8] x\n"},
    {"catenate.foreign",
     select + "1> a APPEND INBOX CATENATE (URL \"http://h/x\")\n1< * 4 EXISTS\n1< a OK [APPENDUID 7 20] x\n"},
    {"catenate.untold", both + "1> x APPEND INBOX " + one + "\n1< * 6 EXISTS\n1< x OK [APPENDUID 7 22] x\n" +
                            "1> y APPEND INBOX CATENATE (TEXT " + one + ")\n1< * 7 EXISTS\n1< y OK x\n"},
    {"catenate.count",
     select + "1> a APPEND INBOX " + one + " " + two + "\n1< * 5 EXISTS\n1< a OK [APPENDUID 7 20] x\n"},
    {"content.together", both + "1> z FETCH 5 BODY.PEEK[]\n1< * 5 FETCH (BODY[] {10}\\nX: 1\\n\\nhi)\n1< z OK x\n"},
    {"content.dates",
     both + "1> z FETCH 5 INTERNALDATE\n1< * 5 FETCH (INTERNALDATE \"05-Jan-2026 10:00:00 +0000\")\n1< z OK x\n"},
    {"content.catenated",
     pieces + "1> z FETCH 6 BODY.PEEK[]\n1< * 6 FETCH (BODY[] {12}\\nY: 1\\n\\nho\\n)\n1< z OK x\n"},
};

TEST(catenate, messages_come_back_as_they_were_sent) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(both + "1> z FETCH 4:5 BODY.PEEK[]\n1< * 4 FETCH (BODY[] {10}\\nX: 1\\n\\nhi)\n"
                         "1< * 5 FETCH (BODY[] {10}\\nX: 2\\n\\nho)\n1< z OK x\n"),
            nothing);
  EXPECT_EQ(found(pieces + "1> z FETCH 6 BODY.PEEK[]\n1< * 6 FETCH (BODY[] {12}\\nY: 1\\n\\nhiho)\n1< z OK x\n"),
            nothing);
}

TEST(catenate, a_command_may_be_refused_before_its_next_literal) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(select + "1> a APPEND INBOX CATENATE (URL \"/INBOX/;UID=8\" TEXT {4}\n"
                           "1< a NO [BADURL /INBOX/;UID=8] x\n"),
            nothing);
}

}  // namespace
}  // namespace mailrig::check::catenate_test
