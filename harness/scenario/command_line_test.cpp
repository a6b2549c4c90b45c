// Which first words are tags: none that is a command, also where its first argument has the name of one.
#include "scenario/command_line.hpp"

#include <gtest/gtest.h>

#include "base/registry.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::scenario::command_line_test {

using scenario::read_command_line;

TEST(CommandLine, ATagIsWhatStandsBeforeACommandAndIsNone) {
  EXPECT_EQ(read_command_line("a1 STATUS INBOX (MESSAGES)").tag, "a1");
  EXPECT_EQ(read_command_line("a1 STATUS INBOX (MESSAGES)").name, "STATUS");
  EXPECT_EQ(read_command_line("STATUS INBOX (MESSAGES)").tag, "");
  EXPECT_EQ(read_command_line("a1 uid fetch 1 FLAGS").tag, "a1");
  EXPECT_EQ(read_command_line("a1 uid fetch 1 FLAGS").name, "fetch");
  EXPECT_EQ(read_command_line("UID FETCH 1 FLAGS").name, "FETCH");
  EXPECT_EQ(read_command_line("FROBNICATE the mailbox").tag, "");
  EXPECT_EQ(read_command_line("FROBNICATE the mailbox").name, "FROBNICATE");
  EXPECT_EQ(read_command_line("").name, "");
  EXPECT_EQ(read_command_line("UID").name, "UID");
}

TEST(CommandLine, ACommandIsNoTagWhateverItsFirstArgumentIsCalled) {
  EXPECT_EQ(read_command_line("NOTIFY STATUS").tag, "");
  EXPECT_EQ(read_command_line("NOTIFY STATUS").name, "NOTIFY");
  EXPECT_EQ(read_command_line("SELECT Notify").tag, "");
  EXPECT_EQ(read_command_line("DELETE list").name, "DELETE");
  EXPECT_EQ(read_command_line("CONVERT search").tag, "");
  for (auto const* e : base::registry<wire::imap::extension>::all())
    for (auto const& c : e->commands)
      for (auto const* argument : {"STATUS", "LIST", "idle", "UID"}) {
        auto const line = std::string(c.name) + " " + argument;
        EXPECT_EQ(read_command_line(line).tag, "") << line;
        EXPECT_EQ(read_command_line("t " + line).tag, "t") << line;
      }
}

}  // namespace mailrig::scenario::command_line_test
