// What a script of James' MPT comes to as a scenario.
#include "record/importer_case.hpp"

namespace mailrig::record::james_mpt_test {
namespace {

TEST(james_mpt, expressions_become_patterns) {
  std::string const script =
      "################\n# Licensed to #\n################\n"
      "SESSION: 1\n"
      "C: 1a CREATE responses\n"
      "S: 1a OK CREATE completed.\n"
      "C: 1b APPEND responses (\\Deleted) {6+}\n"
      "C: A: b\n"
      "C:\n"
      "S: 1b OK (\\[.+\\] )?APPEND completed.\n"
      "# look\n"
      "C: 1e SELECT responses\n"
      "S: \\* FLAGS \\(\\\\Answered \\\\Seen\\)\n"
      "S: \\* 4 EXISTS\n"
      "S: \\* OK \\[UIDVALIDITY \\d+\\].*\n"
      "S: 1e OK \\[READ-WRITE\\] SELECT completed.\n"
      "SUB {\n"
      "S: \\* LIST \\(\\\\HasChildren\\) \\\"\\.\\\" \"responses.sub\"\n"
      "}\n"
      "S: 1f OK .*\n";
  auto const out = base::registry<importer>::find("james-mpt")->rewrite({"Case.test", script});
  ASSERT_TRUE(out) << out.error().text;
  EXPECT_EQ(out->text,
            "title     What James' Case asks\n"
            "proves    RFC3501-2.2.2-03\n"
            "needs     LITERAL+\n"
            "sessions  s1=imap/authenticated\n"
            "\n"
            "s1> 1a CREATE ${box}responses\n"
            "s1< 1a OK\n"
            "s1> 1b APPEND ${box}responses (\\Deleted) {text+ \"A: b\\r\\n\"}\n"
            "s1< 1b OK\n"
            "# look\n"
            "s1> 1e SELECT ${box}responses\n"
            "s1< * FLAGS (\\Answered \\Seen)\n"
            "s1< * 4 EXISTS\n"
            "s1< * OK [UIDVALIDITY _]\n"
            "s1< 1e OK [READ-WRITE]\n"
            "s1< * LIST (\\HasChildren) $sep \"${box}responses${sep}sub\"\n"
            "s1< 1f OK\n");
  EXPECT_EQ(recognised(script), "james-mpt");
}

TEST(james_mpt, literals_of_responses_are_strings) {
  std::string const script =
      "C: a1 LOGIN imapuser password\n"
      "S: a1 OK .*\n"
      "C: a2 FETCH 1 BODY[]\n"
      "S: \\* 1 FETCH \\(BODY\\[\\] \\{11\\}\n"
      "S: A: b\\.c\n"
      "S: \n"
      "S: x\n"
      "S: \\)\n"
      "S: \\* 2 FETCH \\(BODY\\[\\] \\{9\\}\n"
      "S: .*\n"
      "S: \\)\n"
      "S: a2 OK FETCH completed.\n";
  auto const out = base::registry<importer>::find("james-mpt")->rewrite({"Case.test", script});
  ASSERT_TRUE(out) << out.error().text;
  EXPECT_TRUE(out->notes.empty());
  EXPECT_NE(out->text.find("client> a1 LOGIN $user $password\n"), out->text.npos) << out->text;
  EXPECT_NE(out->text.find("client< * 1 FETCH (BODY[] \"A: b.c\\r\\n\\r\\nx\")\n"), out->text.npos) << out->text;
  EXPECT_NE(out->text.find("client< * 2 FETCH (BODY[] _)\n"), out->text.npos) << out->text;
}

rewritten scenario_of(std::string const& script) {
  auto const out = base::registry<importer>::find("james-mpt")->rewrite({"Case.test", script});
  EXPECT_TRUE(out) << out.error().text;
  return out ? *out : rewritten{};
}

TEST(james_mpt, what_the_server_chooses_is_left_to_it) {
  auto const s = scenario_of(
      "C: a1 EXAMINE box\nS: \\* FLAGS \\(\\\\Seen\\)\nS: \\* 2 RECENT\nS: \\* OK \\[PERMANENTFLAGS \\(\\\\Seen\\)\\] "
      "x\n"
      "S: \\* OK \\[HIGHESTMODSEQ \\d+\\] x\nS: a1 OK \\[READ-ONLY\\] done\n"
      "C: a2 EXPUNGE\nS: \\* 1 EXPUNGE\nS: \\* 2 EXPUNGE\nS: \\* 0 RECENT\nS: a2 OK done\n"
      "C: a3 CREATE x\nS: a3 OK \\[MAILBOXID \\(.+\\)\\] done\n"
      "C: a4 CHECK\nS: a4 NO CHECK failed. Command not valid in this state.\n"
      "C: a5 DELETE x\nS: .*\n");
  for (std::string_view const line :
       {"client< * _ RECENT\n", "client< * OK [PERMANENTFLAGS _]\n", "client< a1 OK [READ-ONLY]\n",
        "client< * @1 EXPUNGE\nclient< * @3 EXPUNGE\nclient< ? * _ RECENT\n", "client< a3 OK\n",
        "client< a4 NO | a4 BAD\n", "client< a5 OK | a5 NO | a5 BAD\n"})
    EXPECT_NE(s.text.find(line), s.text.npos) << line << s.text;
  EXPECT_EQ(s.text.find("HIGHESTMODSEQ"), s.text.npos) << s.text;
}

TEST(james_mpt, what_is_no_command_is_sent_as_it_stands_or_left_out) {
  auto const s = scenario_of(
      "C: (((\nS: \\* BYE Unknown command.\nC: a1 SELECT x\nS: a1 OK .*\n"
      "C: a2 FETCH 1 ()\nS: \\* 1 FETCH \\(\\)\nS: a2 OK done\nC: a3 FETCH 1 (ALL)\nS: a3 OK done\n");
  EXPECT_NE(s.text.find("client: raw \"(((\\r\\n\"\nclient< * BYE\n"), s.text.npos) << s.text;
  EXPECT_NE(s.text.find("client> a3 FETCH 1 ALL\n"), s.text.npos) << s.text;
  EXPECT_EQ(s.text.find("client> a2"), s.text.npos) << s.text;
  EXPECT_EQ(s.notes, (std::vector<std::string>{"line 5: is no command: a2 FETCH 1 ()",
                                               "line 8: sent as the grammar has it: a3 FETCH 1 (ALL)"}));
}

TEST(james_mpt, scripts_in_other_protocols_are_refused) {
  auto const* kind = base::registry<importer>::find("james-mpt");
  auto const sieve = kind->rewrite({"a.test", "C: NOOP\nS: OK \"NOOP completed\"\n"});
  ASSERT_FALSE(sieve);
  EXPECT_EQ(sieve.error().text, "is a script in ManageSieve; mailrig plays IMAP and POP3");
  auto const smtp = kind->rewrite({"a.test", "S: 220 mydomain.tld smtp\nC: ehlo x\nS: 250.*\n"});
  ASSERT_FALSE(smtp);
  EXPECT_EQ(smtp.error().text, "is a script in SMTP; mailrig plays IMAP and POP3");
}

}  // namespace
}  // namespace mailrig::record::james_mpt_test
