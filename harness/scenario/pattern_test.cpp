#include "scenario/pattern.hpp"

#include <gtest/gtest.h>

using namespace mailrig::scenario;
using mailrig::history::protocol;

namespace {
bool matches(std::string_view wanted, std::string_view came, values v = {}) {
  auto const p = pattern::read(wanted, protocol::imap);
  EXPECT_TRUE(p) << wanted;
  arrival a;
  a.octets = std::string(came) + "\r\n";
  mailrig::wire::imap::read(a.octets, a.response);
  EXPECT_FALSE(a.response.violation) << came;
  a.what =
      a.response.kind == mailrig::wire::imap::response_kind::tagged ? arrival::kind::tagged : arrival::kind::untagged;
  a.serial = 30;
  return p && p->matches(a, v);
}
}  // namespace

TEST(Pattern, FlagsAndAttributesAreSets) {
  EXPECT_TRUE(matches("* 1 FETCH (FLAGS (\\Seen x))", "* 1 FETCH (UID 4 FLAGS (X \\Recent \\seen))"));
  EXPECT_FALSE(matches("* 1 FETCH (FLAGS (\\Seen))", "* 1 FETCH (FLAGS (\\Seen \\Draft))"));
  EXPECT_TRUE(matches("* 1 FETCH (FLAGS (\\Seen ...))", "* 1 FETCH (FLAGS (\\Seen \\Draft))"));
  EXPECT_FALSE(matches("* 1 FETCH (FLAGS (\\Recent))", "* 1 FETCH (FLAGS ())"));
  EXPECT_TRUE(matches("* SEARCH 2 1", "* SEARCH 1 2"));
  EXPECT_FALSE(matches("* SEARCH 1", "* SEARCH 1 2"));
  EXPECT_TRUE(matches("* STATUS INBOX (UIDNEXT 5)", "* STATUS inbox (MESSAGES 1 UIDNEXT 5)"));
  EXPECT_TRUE(matches("* LIST (...) \"/\" a", "* LIST (\\HasNoChildren) \"/\" {1}\r\na"));
}

TEST(Pattern, StringsCompareByValue) {
  EXPECT_TRUE(matches("* 1 FETCH (BODY[] \"a b\")", "* 1 FETCH (BODY[] {3}\r\na b)"));
  EXPECT_FALSE(matches("* 1 FETCH (BODY[] \"A b\")", "* 1 FETCH (BODY[] {3}\r\na b)"));
  EXPECT_FALSE(matches("* 1 FETCH (BODY[] \"\")", "* 1 FETCH (BODY[] NIL)"));
  EXPECT_TRUE(matches("* 1 FETCH (INTERNALDATE \"17-Jul-1996 02:44:25 -0700\")",
                      "* 1 FETCH (INTERNALDATE \"17-Jul-1996 09:44:25 +0000\")"));
  EXPECT_TRUE(
      matches("* 1 FETCH (BODY[HEADER.FIELDS (Subject)] _)", "* 1 FETCH (BODY[HEADER.FIELDS (\"SUBJECT\")] \"x\")"));
  EXPECT_TRUE(matches("OK [COPYUID _ 1:3 $to]", "a OK [COPYUID 7 1,2,3 5:7] done"));
}

TEST(Pattern, NamesBindOnceAndMustAgree) {
  values v;
  v.names["uid"] = "7";
  v.numbering = {10, 20, 30};
  EXPECT_TRUE(matches("* 1 FETCH (UID $uid)", "* 1 FETCH (UID 7)", v));
  EXPECT_FALSE(matches("* 1 FETCH (UID $uid)", "* 1 FETCH (UID 8)", v));
  EXPECT_TRUE(matches("* @3 EXPUNGE", "* 1 EXPUNGE", v));
  EXPECT_FALSE(matches("* @2 EXPUNGE", "* 1 EXPUNGE", v));
  EXPECT_FALSE(matches("* @9 EXPUNGE", "* 1 EXPUNGE", v));
}

TEST(Pattern, ExpandsNamesAndMail) {
  values v;
  v.names["box"] = "b";
  v.mail.push_back({"m", "Subject: s\r\n\r\ntext", {}});
  EXPECT_EQ(*v.expand("CREATE ${box}/x $box mail[1].size mail[m].header[Subject] $Forwarded"),
            "CREATE b/x b 18 s $Forwarded");
  EXPECT_FALSE(v.expand("$nothing"));
  EXPECT_FALSE(v.expand("mail[2].size"));
}
