#include "scenario/pattern.hpp"

#include <gtest/gtest.h>

namespace mailrig::scenario::pattern_test {

using mailrig::history::protocol;

namespace {
bool binds(std::string_view wanted, std::string_view came, values& v) {
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
bool matches(std::string_view wanted, std::string_view came, values v = {}) { return binds(wanted, came, v); }
}  // namespace

TEST(Pattern, FlagsAndAttributesAreSets) {
  EXPECT_TRUE(matches("* 1 FETCH (FLAGS (\\Seen x))", "* 1 FETCH (UID 4 FLAGS (X \\Recent \\seen))"));
  EXPECT_FALSE(matches("* 1 FETCH (FLAGS (\\Seen))", "* 1 FETCH (FLAGS (\\Seen \\Draft))"));
  EXPECT_TRUE(matches("* 1 FETCH (FLAGS (\\Seen ...))", "* 1 FETCH (FLAGS (\\Seen \\Draft))"));
  EXPECT_FALSE(matches("* 1 FETCH (FLAGS (\\Recent))", "* 1 FETCH (FLAGS ())"));
  EXPECT_TRUE(matches("* SEARCH 2 1", "* SEARCH 1 2"));
  EXPECT_FALSE(matches("* SEARCH 1", "* SEARCH 1 2"));
  EXPECT_TRUE(matches("* ESEARCH (TAG \"a\") MIN 2 ALL 2,4,5", "* ESEARCH (TAG \"a\") ALL 2,4:5 COUNT 3 MIN 2"));
  EXPECT_TRUE(matches("* ESEARCH (TAG \"a\") ALL 2,4,5", "* ESEARCH (TAG \"a\") ALL 5:4,2:2"));
  EXPECT_FALSE(matches("* ESEARCH (TAG \"a\") ALL 2,4,5", "* ESEARCH (TAG \"a\") ALL 5,3,2"));
  EXPECT_TRUE(matches("* VANISHED (EARLIER) 3", "* VANISHED (EARLIER) 3:3"));
  EXPECT_TRUE(matches("* ESEARCH (TAG \"a\")", "* ESEARCH (TAG \"a\")"));
  EXPECT_TRUE(matches("* ESEARCH UID PARTIAL (-1:-9 NIL)", "* ESEARCH (TAG \"a\") UID PARTIAL (-1:-9 NIL)"));
  EXPECT_FALSE(matches("* ESEARCH (TAG \"a\") MIN 2", "* ESEARCH (TAG \"b\") MIN 2"));
  EXPECT_FALSE(matches("* ESEARCH (TAG \"a\") MIN 2", "* ESEARCH (TAG \"a\") UID MIN 2"));
  EXPECT_FALSE(matches("* ESEARCH (TAG \"a\") MIN 2", "* ESEARCH (TAG \"a\") COUNT 0"));
  EXPECT_TRUE(matches("* STATUS INBOX (UIDNEXT 5)", "* STATUS inbox (MESSAGES 1 UIDNEXT 5)"));
  EXPECT_TRUE(matches("* LIST (...) \"/\" a", "* LIST (\\HasNoChildren) \"/\" {1}\r\na"));
  EXPECT_TRUE(matches("* LIST (...) \"/\" a (CHILDINFO (\"SUBSCRIBED\"))",
                      "* LIST () \"/\" a (\"X\" (y) \"CHILDINFO\" (\"SUBSCRIBED\"))"));
  EXPECT_FALSE(matches("* LIST (...) \"/\" a (CHILDINFO (\"SUBSCRIBED\"))", "* LIST () \"/\" a"));
}

TEST(Pattern, NamesWithinASetAreKnownOnes) {
  values const known{{{"a", "3"}, {"b", "5"}}, {}, {}};
  EXPECT_TRUE(matches("* VANISHED $a,$b", "* VANISHED 5,3", known));
  EXPECT_FALSE(matches("* VANISHED $a,$b", "* VANISHED 4,3", known));
  EXPECT_FALSE(matches("* VANISHED $a,$c", "* VANISHED 3,5", known));
  EXPECT_TRUE(matches("* VANISHED $a", "* VANISHED 3:3", known));
}

TEST(Pattern, StringsCompareByValue) {
  EXPECT_TRUE(matches("* 1 FETCH (BODY[] \"a b\")", "* 1 FETCH (BODY[] {3}\r\na b)"));
  EXPECT_FALSE(matches("* 1 FETCH (BODY[] \"A b\")", "* 1 FETCH (BODY[] {3}\r\na b)"));
  EXPECT_FALSE(matches("* 1 FETCH (BODY[] \"\")", "* 1 FETCH (BODY[] NIL)"));
  EXPECT_TRUE(matches("* 1 FETCH (INTERNALDATE \"17-Jul-1996 02:44:25 -0700\")",
                      "* 1 FETCH (INTERNALDATE \"17-Jul-1996 09:44:25 +0000\")"));
  EXPECT_TRUE(
      matches("* 1 FETCH (BODY[HEADER.FIELDS (Subject)] _)", "* 1 FETCH (BODY[HEADER.FIELDS (\"SUBJECT\")] \"x\")"));
  EXPECT_TRUE(matches("* 1 FETCH (BODY[HEADER.FIELDS (Subject To)] _)",
                      "* 1 FETCH (BODY[HEADER.FIELDS ({7}\r\nSUBJECT \"to\")] \"x\")"));
  EXPECT_TRUE(matches("OK [COPYUID _ 1:3 $to]", "a OK [COPYUID 7 1,2,3 5:7] done"));
}

TEST(Pattern, AStringWithOctetsIsTakenAsItIs) {
  EXPECT_TRUE(matches(R"(* 1 FETCH (BODY[] "\x24box \x7b"))", "* 1 FETCH (BODY[] {6}\r\n$box {)"));
  EXPECT_FALSE(matches(R"(* 1 FETCH (BODY[] "\x24box \x7d"))", "* 1 FETCH (BODY[] {6}\r\n$box {)"));
  EXPECT_FALSE(pattern::read(R"(* 1 FETCH (BODY[] "\xg1"))", protocol::imap));
}

TEST(Pattern, ZerosBeforeANumberSayNothing) {
  EXPECT_TRUE(matches("* 3 EXISTS", "* 003 EXISTS"));
  EXPECT_TRUE(matches("* 1 FETCH (RFC822.SIZE 267)", "* 1 FETCH (RFC822.SIZE 00267)"));
  EXPECT_FALSE(matches("* 1 FETCH (RFC822.SIZE 267)", "* 1 FETCH (RFC822.SIZE 00268)"));
  EXPECT_FALSE(matches("* 1 FETCH (BODY[] 7)", "* 1 FETCH (BODY[] \"007\")"));
  // A name that is bound to "002" is sent, and compared, as 2; a string is not.
  values v;
  EXPECT_TRUE(binds("* STATUS x (MESSAGES $n)", "* STATUS x (MESSAGES 002)", v));
  EXPECT_EQ(*v.expand("FETCH $n UID"), "FETCH 2 UID");
  EXPECT_TRUE(matches("* $n EXISTS", "* 02 EXISTS", v));
  EXPECT_TRUE(matches("* STATUS x (MESSAGES $n)", "* STATUS x (MESSAGES 2)", v));
  EXPECT_TRUE(binds("* 1 FETCH (BODY[] $text)", "* 1 FETCH (BODY[] \"007\")", v));
  EXPECT_FALSE(matches("* 1 FETCH (BODY[] $text)", "* 1 FETCH (BODY[] \"7\")", v));
}

TEST(Pattern, WhereThereAreNoLevelsTheDelimiterIsNil) {
  values flat, slash;
  flat.names["sep"] = "";
  slash.names["sep"] = "/";
  EXPECT_TRUE(matches("* LIST (...) $sep a", "* LIST () NIL a", flat));
  EXPECT_FALSE(matches("* LIST (...) $sep a", "* LIST () NIL a", slash));
  EXPECT_FALSE(matches("* LIST (...) $sep a", "* LIST () \"/\" a", flat));
}

TEST(Pattern, ValuesThatNoAtomCanHoldAreWrittenQuoted) {
  values v;
  v.names["box"] = "b";
  v.names["sep"] = "\\";
  EXPECT_EQ(*v.written("CREATE ${box}${sep}a"), "CREATE \"b\\\\a\"");
  EXPECT_EQ(*v.written("LIST \"\" \"${box}${sep}%\""), "LIST \"\" \"b\\\\%\"");
  EXPECT_EQ(*v.written("STATUS $box (MESSAGES \\x)"), "STATUS b (MESSAGES \\x)");
  v.names["sep"] = "/";
  EXPECT_EQ(*v.written("CREATE ${box}${sep}a"), "CREATE b/a");
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

TEST(Pattern, OnlyATextWithoutALastLineEndIsGivenOne) {
  auto const same = [](std::string const& mail, std::string const& came) {
    values v;
    v.mail.push_back({"m", mail, {}});
    auto const p = pattern::read("= mail[1].octets", protocol::pop3);
    arrival a;
    a.what = arrival::kind::pop3;
    a.body = came;
    return p && p->matches(a, v);
  };
  EXPECT_TRUE(same("a: b\r\n\r\nc\r\n", "a: b\r\n\r\nc\r\n"));
  EXPECT_TRUE(same("a: b\r\n\r\nc", "a: b\r\n\r\nc\r\n"));
  EXPECT_FALSE(same("a: b\r\n\r\nc\r\n", "a: b\r\n\r\nc\r\n\r\n"));
  // A message that is all header may be shown with the blank line that ends a header, and no other.
  EXPECT_TRUE(same("a: b\r\n", "a: b\r\n\r\n"));
  EXPECT_FALSE(same("a: b\r\n", "a: b\r\n\r\n\r\n"));
  EXPECT_FALSE(same("\r\nc\r\n", "\r\nc\r\n\r\n"));
}

namespace {
/// What a maildrop is asked for, with the size of each message told and then its text.
struct shown_maildrop {
  values v;
  shown_maildrop() {
    for (auto const* text : {"a", "b", "cc"}) v.mail.push_back({text, std::string(text) + "\r\n", {}});
  }
  bool lists(std::string_view wanted, std::string_view line) {
    return pattern::read(wanted, protocol::pop3)->matches_line(line, v);
  }
  bool shows(std::string_view wanted, std::string const& body) {
    arrival a;
    a.what = arrival::kind::pop3;
    a.body = body;
    return pattern::read(wanted, protocol::pop3)->matches(a, v);
  }
};
}  // namespace

TEST(Pattern, WhichMessageOfAMaildropHasANumberTheAnswersShow) {
  shown_maildrop m;
  EXPECT_TRUE(m.shows("= mail[1].octets", "cc\r\n"));
  EXPECT_FALSE(m.lists("1 mail[1].size", "1 3"));
  EXPECT_TRUE(m.lists("1 mail[1].size ...", "1 4 octets"));
  EXPECT_FALSE(m.shows("= mail[2].octets", "cc\r\n")) << "no two numbers are one message";
  EXPECT_TRUE(m.lists("2 mail[2].size", "2 3"));
  EXPECT_TRUE(m.shows("= mail[2].octets", "b\r\n"));
  EXPECT_FALSE(m.shows("= mail[3].octets", "b\r\n"));
  EXPECT_TRUE(m.shows("= mail[3].octets", "a\r\n"));
  EXPECT_FALSE(m.shows("= mail[c].octets", "a\r\n"));
}

TEST(Pattern, ASizeThatSeveralMessagesHaveLeavesOpenWhichItIs) {
  shown_maildrop m;
  EXPECT_TRUE(m.lists("1 mail[1].size", "1 3"));
  EXPECT_TRUE(m.lists("2 mail[2].size", "2 3"));
  EXPECT_FALSE(m.lists("3 mail[3].size", "3 3")) << "two messages have that size";
  EXPECT_TRUE(m.shows("= mail[1].octets", "b\r\n"));
  EXPECT_FALSE(m.shows("= mail[2].octets", "b\r\n"));
  EXPECT_TRUE(m.shows("= mail[2].octets", "a\r\n"));
}

namespace {
std::string miss(std::string_view wanted, std::string_view came, values v = {}) {
  auto const p = pattern::read(wanted, protocol::imap);
  EXPECT_TRUE(p) << wanted;
  arrival a;
  a.octets = std::string(came) + "\r\n";
  mailrig::wire::imap::read(a.octets, a.response);
  a.what =
      a.response.kind == mailrig::wire::imap::response_kind::tagged ? arrival::kind::tagged : arrival::kind::untagged;
  return p->miss(a, v).what;
}
}  // namespace

TEST(Pattern, ANearMissSaysWhatIsMissing) {
  EXPECT_EQ(miss("* 1 FETCH (FLAGS (\\Seen) UID 4)", "* 1 FETCH (FLAGS (\\Seen))"), "UID is missing");
  EXPECT_EQ(miss("* 1 FETCH (FLAGS (\\Seen \\Draft))", "* 1 FETCH (FLAGS (\\Seen))"), "FLAGS lacks \\Draft");
  EXPECT_EQ(miss("* 1 FETCH (FLAGS (\\Seen))", "* 1 FETCH (FLAGS (\\Seen \\Draft))"), "FLAGS has \\Draft too");
  EXPECT_EQ(miss("* 1 FETCH (UID 4)", "* 1 FETCH (UID 5)"), "UID is 5, not 4");
  EXPECT_EQ(miss("* 2 EXISTS", "* 3 EXISTS"), "it says 3, not 2");
  EXPECT_EQ(miss("* SEARCH 1 2", "* SEARCH 1"), "it lacks 2");
  EXPECT_EQ(miss("* STATUS INBOX (MESSAGES 1 UIDNEXT _)", "* STATUS INBOX (MESSAGES 1)"), "UIDNEXT is missing");
  EXPECT_EQ(miss("* LIST (\\Noselect) \"/\" a", "* LIST () \"/\" a"), "the list of attributes lacks \\Noselect");
  EXPECT_EQ(miss("* LIST () \"/\" a", "* LIST () \"/\" b"), "it is about b, not a");
  EXPECT_EQ(miss("NO [TRYCREATE]", "a NO none"), "the response code [TRYCREATE] is missing");
  EXPECT_EQ(miss("NO [TRYCREATE]", "a NO [ALERT] none"), "the response code is [ALERT], not [TRYCREATE]");
  EXPECT_EQ(miss("OK", "a NO none"), "it is NO");
  EXPECT_EQ(miss("* OK [COPYUID _ 1 2]", "* OK [COPYUID 7 1 3] x"), "3 stands where 2 should");
  EXPECT_EQ(miss("* 1 FETCH (UID $uid)", "* 1 FETCH (UID 5)", {{{"uid", "4"}}, {}, {}}), "UID is 5, not 4");
  EXPECT_EQ(miss("* 1 FETCH (UID 4)", "* 1 FETCH (UID 4)"), "");
}

}  // namespace mailrig::scenario::pattern_test
