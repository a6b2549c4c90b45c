// utf8_test: sessions that have enabled UTF8=ACCEPT, and others beside them (RFC 6855).
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::utf8_test {
namespace {

std::string told(std::string const& capabilities) {
  return "1> k CAPABILITY\n1< * CAPABILITY IMAP4rev1 ENABLE " + capabilities + "\n1< k OK x\n";
}
std::string const in = "1< * OK hi\n1> l LOGIN u p\n1< l OK in\n";
std::string const enable = "1> e ENABLE UTF8=ACCEPT\n1< * ENABLED UTF8=ACCEPT\n1< e OK x\n";
std::string const enabled = in + told("UTF8=ACCEPT") + enable;
std::string const legacy = select + told("UTF8=ACCEPT");
std::string const wide = "S: \xC3\xA4\\n\\nx\\n";

std::string fetched(std::string const& label, std::string const& octets, std::size_t size) {
  return "1> f FETCH 1 " + label + "\n1< * 1 FETCH (" + label + " {" + std::to_string(size) + "}\\n" + octets +
         ")\n1< f OK x\n";
}

breach_table const table{
    {"utf8.both", in + told("UTF8=ACCEPT UTF8=ONLY")},
    {"utf8.wide", legacy + fetched("BODY[]", wide, 12)},
    {"utf8.wide", legacy + fetched("RFC822.HEADER", "S: \xC3\xA4\\n\\n", 9)},
    {"utf8.name", enabled + "1> a LIST \"\" *\n1< * LIST () \"/\" \"a\xE2\x80\xA8z\"\n1< a OK x\n"},
    {"utf8.name", enabled + "1> a LIST \"\" *\n1< * LIST () \"/\" \"a\xC2\x85\"\n1< a OK x\n"},
    {"utf8.downgraded", legacy + "1> a NOOP\n1< a OK [DOWNGRADED 5] x\n"},
    {"utf8.malformed", enabled + "1> a CREATE \"a\xC3\"\n1< a NO x\n"},
    {"utf8.malformed", enabled + "1> a CREATE \"a\xED\xA0\x80\"\n1< a OK x\n"},
    {"utf8.charset", enabled + "1> s SELECT x\n1< * 0 EXISTS\n1< s OK x\n1> a SEARCH CHARSET UTF-8 ALL\n1< * "
                               "SEARCH\n1< a OK x\n"},
    {"utf8.append", in + told("UTF8=ACCEPT LITERAL+") + "1> a APPEND x {12+}\\n" + wide + "\n1< a OK x\n"},
    {"utf8.append", in + told("UTF8=ONLY LITERAL+") + "1> a APPEND x UTF8 (~{12+}\\n" + wide + ")\n1< a OK x\n"},
    {"utf8.only", in + told("UTF8=ONLY") + "1> a LIST \"\" x\n1< a OK x\n"},
    {"utf8.only", in + told("UTF8=ONLY") + "1> a SELECT INBOX\n1< a NO x\n"},
    {"grammar.mailbox-list", legacy + "1> a LIST \"\" *\n1< * LIST () \"/\" \"\xC3\xA4\"\n1< a OK x\n"},
    {"grammar.mailbox-list", enabled + "1> a LIST \"\" *\n1< * LIST () \"/\" \"\xC3\"\n1< a OK x\n"},
};

TEST(utf8, what_is_right_is_clean) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(enabled + "1> a CREATE \"\xC3\xA4\"\n1< a OK x\n1> b LIST \"\" *\n1< * LIST () \"/\" \"\xC3\xA4\"\n"
                            "1< b OK x\n1> c SELECT \"\xC3\xA4\"\n1< c NO x\n"),
            nothing);
  // Another session knows the mailbox by another name.
  EXPECT_EQ(found(enabled + "1> a CREATE \"\xC3\xA4&\"\n1< a OK x\n2< * OK hi\n2> l LOGIN u p\n2< l OK in\n"
                            "2> b LIST \"\" *\n2< * LIST () \"/\" &AOQ-&-\n2< b OK x\n"),
            nothing);
  EXPECT_EQ(found(enabled + "1> a APPEND x UTF8 (~{12}\n1< + go\n1> " + wide + ")\n1< a OK x\n"), nothing);
  EXPECT_EQ(found(in + told("UTF8=ACCEPT LITERAL+") + "1> a APPEND x {12+}\\n" + wide + "\n1< a NO x\n"), nothing);
  // 8-bit text is no header; what is shown by a surrogate has another size.
  EXPECT_EQ(found(legacy + fetched("BODY[]", "S: x\\n\\n\xC3\xA4\\n", 12) +
                  "1> g FETCH 1 (RFC822.SIZE)\n1< * 1 FETCH (RFC822.SIZE 15)\n1< g OK [DOWNGRADED 5] x\n"),
            nothing);
  // One message is shown as it is, and to another session by a surrogate.
  EXPECT_EQ(
      found(enabled + select.substr(select.find("1> s ")) +
            "1> f FETCH 1 (UID BODY[])\n1< * 1 FETCH (UID 5 BODY[] {12}\\n" + wide + ")\n1< f OK x\n" + second +
            "2> k CAPABILITY\n2< * CAPABILITY IMAP4rev1 ENABLE UTF8=ACCEPT\n2< k OK x\n2> f FETCH 1 (UID BODY[])\n"
            "2< * 1 FETCH (UID 5 BODY[] {11}\\nS: ?\\n\\nx\\n)\n2< f OK [DOWNGRADED 5] x\n"),
      nothing);
  EXPECT_EQ(found(in + told("UTF8=ONLY") + "1> a SELECT INBOX\n1< a NO [CANNOT] x\n1> n NOOP\n1< n OK x\n" + enable +
                  "1> b LIST \"\" x\n1< b OK x\n"),
            nothing);
}

}  // namespace
}  // namespace mailrig::check::utf8_test
