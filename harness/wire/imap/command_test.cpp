// command_test: what a client sent is read as arguments, whatever form its strings have.
#include "wire/imap/command.hpp"

#include <gtest/gtest.h>

namespace mailrig::wire::imap::command_test {
namespace {

TEST(Command, StringsInEachFormAreArguments) {
  auto const c = read_command("a1 LOGIN {3}\r\nj d \"p\\\"w\"\r\n");
  EXPECT_EQ(c.name, "LOGIN");
  EXPECT_EQ(c.arg(0), "j d");
  EXPECT_EQ(c.arg(1), "p\"w");
}

TEST(Command, LiteralsWithinBracketsAndListsBelongToThem) {
  auto const c = read_command("a1 FETCH 1 (BODY[HEADER.FIELDS ({2}\r\nX) {2+}\r\n(\")] UID)\r\n");
  EXPECT_EQ(c.arg(1), "(BODY[HEADER.FIELDS ({2}\r\nX) {2+}\r\n(\")] UID)");
  auto const bare = read_command("a1 FETCH 1 BODY[HEADER.FIELDS ({7}\r\nSubject)]<0.5> x\r\n");
  EXPECT_EQ(bare.arg(1), "BODY[HEADER.FIELDS ({7}\r\nSubject)]<0.5>");
  EXPECT_EQ(bare.arg(2), "x");
}

TEST(Command, ABraceIsNoLiteralByItself) {
  EXPECT_EQ(read_command("a1 FETCH 1 BODY[{2}x]\r\n").arg(1), "BODY[{2}x]");
  EXPECT_EQ(read_command("a1 NOOP {99999999999999999999}\r\nx\r\n").arg(0), "{99999999999999999999}");
}

}  // namespace
}  // namespace mailrig::wire::imap::command_test
