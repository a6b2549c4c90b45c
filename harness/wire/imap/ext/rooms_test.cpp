// rooms_test: what clients may write of extensions whose commands are their own: URLAUTH, MULTISEARCH, LANGUAGE and
// others.
#include <gtest/gtest.h>

#include <string>

#include "wire/imap/command_grammar.hpp"

namespace mailrig::wire::imap::rooms_test {
namespace {

constexpr std::string_view right[] = {
    "a ESEARCH UNSEEN",
    "a ESEARCH IN (selected) RETURN (COUNT) CHARSET UTF-8 UNSEEN",
    "a ESEARCH IN (mailboxes \"folder1\" subtree folder2) unseen",
    "a ESEARCH IN (subtree-one (x y) personal inboxes subscribed) RETURN () SUBJECT chad 1:100",
    "a SEARCH UIDAFTER 25000 UNDELETED NOT UIDBEFORE 1",
    "a GENURLAUTH \"imap://joe@example.test/INBOX/;uid=20;urlauth=submit+fred\" INTERNAL",
    "a URLFETCH x y",
    "a URLFETCH (x BINARY BODYPARTSTRUCTURE)",
    "a RESETKEY",
    "a RESETKEY INBOX XSAMPLE INTERNAL",
    "a LANGUAGE",
    "a LANGUAGE FR-CA \"EN-CA\"",
    "a COMPARATOR \"cz;*\" i;basic",
    "a RLIST \"\" *",
    "a GETJMAPACCESS",
};
constexpr std::string_view wrong[] = {
    "a ESEARCH",
    "a ESEARCH IN () ALL",
    "a ESEARCH IN (selected-delayed) ALL",
    "a ESEARCH IN (mailboxes) ALL",
    "a ESEARCH IN (everywhere) ALL",
    "a ESEARCH IN (personal)",
    "a SEARCH UIDAFTER",
    "a SEARCH UIDBEFORE 0",
    "a GENURLAUTH x",
    "a GENURLAUTH",
    "a URLFETCH",
    "a LANGUAGE ",
    "a LANGUAGE (de)",
    "a COMPARATOR  i;basic",
    "a RLIST \"\"",
    "a GETJMAPACCESS x",
};

TEST(Rooms, CommandsOfTheirOwn) {
  for (auto const command : right) {
    auto const fault = command_violation(std::string(command) + "\r\n", false);
    EXPECT_FALSE(fault) << command << ": " << (fault ? fault->text : "");
  }
  for (auto const command : wrong) EXPECT_TRUE(command_violation(std::string(command) + "\r\n", false)) << command;
}

}  // namespace
}  // namespace mailrig::wire::imap::rooms_test
