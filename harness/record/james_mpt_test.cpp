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

}  // namespace
}  // namespace mailrig::record::james_mpt_test
