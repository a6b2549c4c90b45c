// Logs as pages and mails show them: the same conversation as the log's own.
#include "record/pasted.hpp"

#include "record/importer_case.hpp"

namespace mailrig::record::pasted_test {
namespace {

std::string told(std::string octets) {
  log_file file{"a.log", std::move(octets)};
  auto const* kind = recognise_pasted(file);
  return kind ? std::string(kind->name) + "\n" + said(kind->name, file.octets) : "";
}

TEST(pasted, entities_are_characters) {
  std::string const log =
      "&lt; * OK hello\n&gt; a1 LOGIN joe secret\n&lt; a1 OK in\n&gt; a2 SEARCH FROM \"A &amp; B\"\n&lt; * SEARCH\n"
      "&lt; a2 OK done\n";
  EXPECT_EQ(told(log),
            "transcript\nS * OK hello\\r\\n\nC a1 LOGIN joe secret\\r\\n\nS a1 OK in\\r\\n\n"
            "C a2 SEARCH FROM \"A & B\"\\r\\n\nS * SEARCH\\r\\n\nS a2 OK done\\r\\n\n");
}

TEST(pasted, a_quoted_log_keeps_its_own_marks) {
  std::string const log =
      "Joe wrote:\n> > A001 CAPABILITY\n> < * CAPABILITY IMAP4rev1\n> < A001 OK done\n> > A002 NOOP\n> < A002 OK\n";
  EXPECT_EQ(told(log),
            "transcript\nS * PREAUTH stand-in: the log begins later\\r\\n\nC A001 CAPABILITY\\r\\n\n"
            "S * CAPABILITY IMAP4rev1\\r\\n\nS A001 OK done\\r\\n\nC A002 NOOP\\r\\n\nS A002 OK\\r\\n\n");
}

TEST(pasted, a_block_of_code_is_set_off) {
  std::string const log =
      "It says:\n\n    >>> 1 NOOP\n    * 3 EXISTS\n    1 OK done\n    >>> 2 LOGOUT\n    * BYE\n    2 OK\n";
  EXPECT_EQ(told(log),
            "mbsync\nS * PREAUTH stand-in: the log begins later\\r\\n\nC 1 NOOP\\r\\n\nS * 3 EXISTS\\r\\n\n"
            "S 1 OK done\\r\\n\nC 2 LOGOUT\\r\\n\nS * BYE\\r\\n\nS 2 OK\\r\\n\n");
}

TEST(pasted, what_is_known_as_it_stands_is_not_changed) {
  std::string const log = "< * OK hello &amp; welcome\n> a1 NOOP\n< a1 OK\n";
  log_file file{"a.log", log};
  ASSERT_TRUE(recognise_pasted(file));
  EXPECT_EQ(file.octets, log);
}

TEST(pasted, a_star_that_markdown_needs_escaped) {
  std::string const log =
      "data: \\* OK [CAPABILITY IMAP4rev1] hi\ndata: 1 SELECT INBOX\ndata: \\* 3 EXISTS\n"
      "data: \\* OK [PERMANENTFLAGS (\\Seen \\*)] kept\ndata: 1 OK done\n";
  auto const text = told(log);
  EXPECT_NE(text.find("S * OK [CAPABILITY IMAP4rev1] hi"), std::string::npos) << text;
  EXPECT_NE(text.find("(\\Seen \\*)"), std::string::npos) << text;
}

}  // namespace
}  // namespace mailrig::record::pasted_test
