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
            "sessions  s1=imap/authenticated\n"
            "\n"
            "s1> 1a CREATE ${box}${sep}responses\n"
            "s1< 1a OK\n"
            "s1> 1b APPEND ${box}${sep}responses (\\Deleted) {text+ \"A: b\\r\\n\"}\n"
            "s1< 1b OK\n"
            "# look\n"
            "s1> 1e SELECT ${box}${sep}responses\n"
            "s1< * FLAGS (\\Answered \\Seen)\n"
            "s1< * 4 EXISTS\n"
            "s1< * OK [UIDVALIDITY _]\n"
            "s1< 1e OK [READ-WRITE]\n"
            "s1< * LIST (\\HasChildren) \".\" \"${box}${sep}responses${sep}sub\"\n"
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

}  // namespace
}  // namespace mailrig::record::james_mpt_test
