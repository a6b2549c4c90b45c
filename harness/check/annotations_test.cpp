// annotations_test: what METADATA tells.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::annotations_test {
namespace {

std::string set(std::string const& tag, std::string const& list, std::string const& status = "OK") {
  return "1> " + tag + " SETMETADATA INBOX (" + list + ")\n1< " + tag + " " + status + " x\n";
}
std::string get(std::string const& tag, std::string const& asked, std::string const& told,
                std::string const& status = "OK") {
  return "1> " + tag + " GETMETADATA " + asked + "\n" + (told.empty() ? "" : "1< * METADATA INBOX (" + told + ")\n") +
         "1< " + tag + " " + status + " x\n";
}
std::string const x = "/private/comment";

std::string const without_enable = select + "1> k CAPABILITY\n1< * CAPABILITY IMAP4rev1 METADATA\n1< k OK x\n";

breach_table const table{
    {"annotations.no-enable",
     without_enable + set("s", x + " NIL") + "1> n NOOP\n1< * METADATA INBOX /shared/comment\n1< n OK x\n"},
    {"annotations.unasked",
     select + set("s", x + " NIL") + "1> n NOOP\n1< * METADATA INBOX /shared/comment\n1< n OK x\n"},
    {"annotations.values",
     select + set("s", x + " NIL") + "1> n NOOP\n1< * METADATA INBOX (/shared/comment \"a\")\n1< n OK x\n"},
    {"annotations.to-setter",
     select + "1> s SETMETADATA INBOX (" + x + " \"a\")\n1< * METADATA INBOX (" + x + " \"a\")\n1< s OK x\n"},
    {"annotations.depth", select + get("g", "INBOX /private/a", "/private/a/b \"1\"")},
    {"annotations.depth", select + get("g", "(DEPTH 1) INBOX /private/a", "/private/a/b/c \"1\"")},
    {"annotations.larger", select + get("g", "(MAXSIZE 2) INBOX " + x, x + " \"abc\"")},
    {"annotations.long-untold", select + set("s", x + " \"abc\"") + get("g", "(MAXSIZE 2) INBOX " + x, "")},
    {"annotations.untold", select + set("s", x + " \"abc\"") + get("g", "INBOX " + x, "")},
    {"annotations.changed", select + set("s", x + " \"abc\"") + get("g", "INBOX " + x, x + " NIL")},
    {"annotations.changed",
     select + set("s", x + " \"abc\"") + set("t", x + " NIL") + get("g", "INBOX " + x, x + " \"abc\"")},
    {"grammar.annotations", select + get("g", "INBOX /private/a", "/private//a NIL")},
    {"grammar.annotations", select + get("g", "INBOX /private/a", "/private/a/ NIL")},
    {"grammar.annotations", select + get("g", "INBOX /private/a", "comment NIL")},
};

TEST(annotations, what_may_be_is_let_pass) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(select + set("s", x + " \"abc\"") + get("g", "INBOX (" + x + " /shared/x)", x + " \"abc\"")),
            nothing);
  EXPECT_EQ(
      found(select + set("s", x + " \"abc\"") + get("g", "(MAXSIZE 2) INBOX " + x, "", "OK [METADATA LONGENTRIES 3]")),
      nothing);
  EXPECT_EQ(found(select + get("g", "INBOX (DEPTH infinity) /private", "/private/a/b \"1\" /private/c NIL")), nothing);
  EXPECT_EQ(found(select + "1> e ENABLE METADATA\n1< * ENABLED METADATA\n1< e OK x\n1> n NOOP\n1< * METADATA INBOX " +
                  x + " /shared/comment\n1< n OK x\n"),
            nothing);
  // A mailbox of the same name is another.
  EXPECT_EQ(
      found(select + set("s", x + " \"abc\"") + "1> d DELETE other\n1< d OK x\n" + get("g", "INBOX " + x, x + " NIL")),
      nothing);
}

}  // namespace
}  // namespace mailrig::check::annotations_test
