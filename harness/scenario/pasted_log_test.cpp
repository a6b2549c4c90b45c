#include "scenario/pasted_log.hpp"

#include <gtest/gtest.h>

#include "scenario/script.hpp"

namespace mailrig::scenario::pasted_log_test {

namespace {

/// The scenario that a log becomes, which must be one.
std::string written(std::string_view log) {
  auto const found = read_log(log);
  EXPECT_TRUE(found) << log;
  if (!found) return "";
  auto const again = read_script(found->scenario, "x.scn", "x");
  EXPECT_TRUE(again) << again.error().text;
  return found->scenario.substr(found->scenario.find("\n\n") + 2);
}

}  // namespace

TEST(PastedLog, MarksSayWhoSpeaks) {
  EXPECT_EQ(written("S: * OK hello\r\nC: a1 LOGIN bob sesame\r\nS: a1 OK done\r\nC: a2 NOOP\r\nS: * 3 EXISTS\r\n"
                    "S: a2 OK [ALERT] done\r\n"),
            "client> LOGIN $user $password\nclient< OK\nclient> NOOP\nclient< * 3 EXISTS\nclient< OK [ALERT]\n");
  EXPECT_EQ(written("12:00:01.5 > USER bob\n12:00:01.6 < +OK\n[7] > PASS x\n< -ERR [IN-USE] busy\n"),
            "client> USER $user\nclient< +OK\nclient> PASS $password\nclient< -ERR [IN-USE]\n");
  EXPECT_EQ(written("    5.012 ms  phone > p2 FETCH 2:4 FLAGS\\r\\n\n    5.190 ms  phone < * 1 EXPUNGE\\r\\n\n"
                    "    5.200 ms  phone < p2 OK done\\r\\n\n"),
            "phone> FETCH 2:4 FLAGS\nphone< * 1 EXPUNGE\nphone< OK\n");
}

TEST(PastedLog, OfATerminalTheGrammarSaysWhoSpeaks) {
  auto const log =
      "CONNECTED(00000003)\ndepth=0 CN = mail\n---\nread R BLOCK\n* OK [CAPABILITY IMAP4rev1] ready\na LOGIN u p\na OK "
      "in\nb SELECT INBOX\n* 2 EXISTS\nb OK [READ-WRITE] done\n";
  EXPECT_EQ(written(log),
            "client> LOGIN $user $password\nclient< OK\nclient> SELECT INBOX\nclient< * 2 EXISTS\nclient< OK "
            "[READ-WRITE]\n");
  EXPECT_EQ(read_log(log)->style, "openssl s_client");
  EXPECT_EQ(read_log(log)->line, 5u);
  EXPECT_EQ(written("Trying 127.0.0.1...\nEscape character is '^]'.\n+OK hi\nUSER u\n+OK\nPASS p\n+OK\nUIDL\n+OK\n1 "
                    "abc\n.\nQUIT\n+OK\n"),
            "client> USER $user\nclient< +OK\nclient> PASS $password\nclient< +OK\nclient> UIDL\nclient< +OK\nclient< "
            "1 abc\nclient> QUIT\nclient< +OK\n");
}

TEST(PastedLog, LiteralsStandAsRemarks) {
  EXPECT_EQ(written("C: a1 FETCH 1 BODY[]\nS: * 1 FETCH (BODY[] {6}\nS: abcd\nS: )\nS: a1 OK done\n"),
            "client> FETCH 1 BODY[]\n# < * 1 FETCH (BODY[] {6}\nclient< OK\n");
}

TEST(PastedLog, AScenarioWithAMistakeIsNone) {
  EXPECT_FALSE(read_log("title t\nproves x\nclient> NOOP\nclient< OK done\n"));
  EXPECT_FALSE(read_log("client> NOOP\nclient< OK\n"));
  EXPECT_FALSE(read_log(""));
}

TEST(PastedLog, WhoeverWantsItPlayedIsToldWhatToDo) {
  auto const s = read_script("S: * OK hello\nC: a1 NOOP\nS: a1 OK done\n", "log.scn", "log");
  ASSERT_FALSE(s);
  EXPECT_TRUE(s.error().text.starts_with("log.scn:1:1: this is a log (lines that begin with C: and S:)"))
      << s.error().text;
  EXPECT_NE(s.error().text.find("    client> NOOP\n    client< OK\n"), std::string::npos);
}

}  // namespace mailrig::scenario::pasted_log_test
