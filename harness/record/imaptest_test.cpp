// What a script of ImapTest comes to as a scenario.
#include <fstream>

#include "base/scratch_folder.hpp"
#include "record/importer_case.hpp"

namespace mailrig::record::imaptest_test {
namespace {

rewritten scenario_of(std::string const& script, std::string const& mbox = "") {
  auto folder = base::scratch_folder::make("mailrig-imaptest");
  EXPECT_TRUE(folder);
  auto const file = folder->path() / "case";
  if (!mbox.empty()) std::ofstream(file.string() + ".mbox", std::ios::binary) << mbox;
  auto out = base::registry<importer>::find("imaptest")->rewrite({file, script});
  EXPECT_TRUE(out) << (out ? "" : out.error().text);
  return out ? *out : rewritten{};
}

TEST(imaptest, commands_and_what_they_must_bring) {
  auto const s = scenario_of(
      "connections: 2\nmessages: 1\ncapabilities: MOVE\n\n"
      "1 ok store 1 +flags \\deleted\n* 1 fetch (flags (\\deleted))\n"
      "# news\n2 ok fetch 1 flags\n! $1 expunge\n"
      "1 ok create ${mailbox}2\n1 \"\" noop\n",
      "From user@domain  Fri Feb 22 17:06:23 2008\nSubject: s1\n\nbody1\n");
  EXPECT_EQ(s.text,
            "title     What ImapTest's case asks\n"
            "proves    RFC3501-2.2.2-03\n"
            "needs     MOVE\n"
            "sessions  s1=imap/authenticated s2=imap/authenticated\n"
            "\n"
            "s1> CREATE $box\n"
            "s1< OK\n"
            "s1> APPEND $box \"22-Feb-2008 17:06:23 +0000\" {text \"Subject: s1\\r\\n\\r\\nbody1\\r\\n\"}\n"
            "s1< OK\n"
            "s1> SELECT $box\n"
            "s1< OK\n"
            "s2> SELECT $box\n"
            "s2< OK\n"
            "\n"
            "s1> store 1 +flags \\deleted\n"
            "s1< * 1 fetch (flags (\\deleted))\n"
            "s1< OK\n"
            "# news\n"
            "s2> fetch 1 flags\n"
            "s2< ! * @1 expunge\n"
            "s2< OK\n"
            "s1> create ${box}2\n"
            "s1< OK\n"
            "s1> noop\n"
            "s1< OK | NO | BAD\n");
  EXPECT_TRUE(s.notes.empty());
  EXPECT_EQ(recognised("messages: 1\n\nok store 1 +flags \\deleted\n* 1 fetch (flags (\\deleted))\n"), "imaptest");
}

TEST(imaptest, what_the_language_has_no_words_for_is_named) {
  auto const s = scenario_of("state: auth\n\nok list \"\" *\n* list ($!ban=\\x) \"/\" ${case:INBOX/Inbox}\n");
  ASSERT_EQ(s.notes.size(), 1u);
  EXPECT_EQ(s.notes[0], "line 3: letter case has no match in the language");
  EXPECT_TRUE(s.text.starts_with("# not carried over: line 3: ")) << s.text;
}

TEST(imaptest, the_last_line_end_of_a_block_is_the_scripts) {
  auto const s = scenario_of(
      "state: auth\n\nok append ${mailbox}2 {{{\nSubject: x\n\nbody\n}}}\nok append ${mailbox}2\n"
      "ok fetch 1 (binary[1])\n* 1 fetch (binary[1] ~{{{\na\nb\n}}})\n",
      "From user@domain  Fri Feb 22 17:06:23 2008 +0200\nSubject: s1\n\nbody1\n");
  EXPECT_NE(s.text.find("client> append ${box}2 {text \"Subject: x\\r\\n\\r\\nbody\"}\n"), s.text.npos) << s.text;
  EXPECT_NE(s.text.find("client> append ${box}2 {text \"Subject: s1\\r\\n\\r\\nbody1\\r\\n\"}\n"), s.text.npos)
      << s.text;
  EXPECT_NE(s.text.find("client< * 1 fetch (binary[1] \"a\\nb\")\n"), s.text.npos) << s.text;
}

TEST(imaptest, a_binary_block_has_its_line_ends_as_they_stand) {
  auto const s = scenario_of("state: auth\n\nok fetch 1 (binary[1])\n* 1 fetch (binary[1] ~{{{\na\r\nb\r\n}}})\n");
  EXPECT_NE(s.text.find("client< * 1 fetch (binary[1] \"a\\r\\nb\\r\")\n"), s.text.npos) << s.text;
}

TEST(imaptest, tags_are_the_runners_and_answers_in_flight_are_shared_out) {
  auto const s = scenario_of(
      "state: auth\n\nok search return (all) all\n* esearch (tag $tag) all 1:6\n\n"
      "tag1 status ${mailbox} (messages)\ntag2 status ${mailbox}2 (messages)\n* status ${mailbox} (messages 0)\n"
      "* status ${mailbox}2 (messages 0)\ntag1 ok\ntag2 ok\n");
  EXPECT_NE(s.text.find("client< * esearch (tag _) all 1:6\n"), s.text.npos) << s.text;
  EXPECT_NE(s.text.find("client< * status ${box} (messages 0)\nclient< tag1 OK\n"
                        "client< * status ${box}2 (messages 0)\nclient< tag2 OK\n"),
            s.text.npos)
      << s.text;
}

TEST(imaptest, case_does_not_count_but_in_literals) {
  auto const s = scenario_of(
      "state: auth\nuser 2: $user2\nconnections: 2\n\n1 ok select ${mailbox}\n* ok [uidvalidity $uidv]\n"
      "1 ok fetch 1 body\n* 1 fetch (body (\"TEXT\" \"x-Own\" NIL NIL NIL \"7BIT\" 7 1))\n"
      "1 ok list \"\" x\n* list () $sep x (childinfo (\"subscribed\"))\n1 no fetch 1 flags\n* 1 fetch (flags (NIL))\n");
  for (std::string_view const line :
       {"sessions  s1=imap/authenticated s2=imap@2/authenticated\n", "s1< * OK [uidvalidity $uidv]\n",
        "s1< * 1 fetch (body (TEXT x-Own NIL NIL NIL 7BIT 7 1))\n", "s1< * list () $sep x (childinfo (subscribed))\n",
        "s1< * 1 fetch (flags (\"NIL\"))\ns1< NO\n"})
    EXPECT_NE(s.text.find(line), s.text.npos) << line << s.text;
}

}  // namespace
}  // namespace mailrig::record::imaptest_test
