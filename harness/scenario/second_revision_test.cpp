// second_revision_test: which scenarios are played a second time in IMAP4rev2, and how their searches are expected.
#include "scenario/second_revision.hpp"

#include <gtest/gtest.h>

namespace mailrig::scenario::second_revision_test {
namespace {

script read(std::string const& conversation, std::string const& header = {}) {
  auto const s = read_script("title t\nproves RFC3501-6.4.4-01\nmail plain\n" + header + "\n" + conversation, "f.scn",
                             "imap/rfc3501/6.4.4-search/t");
  EXPECT_TRUE(s) << (s ? "" : s.error().text);
  return s ? *s : script{};
}

std::string expected(std::string const& conversation) {
  auto const s = in_second_revision(read(conversation));
  if (!s) return "none";
  for (auto const& o : s->operations)
    if (!o.expectations.empty()) return o.expectations.front().text;
  return {};
}

TEST(SecondRevision, SearchesAreExpectedAsEsearch) {
  EXPECT_EQ(expected("client> SEARCH ALL\nclient< * SEARCH 1 3\nclient< OK\n"), "* ESEARCH ALL 1,3");
  EXPECT_EQ(expected("client> UID SEARCH ALL\nclient< * SEARCH _\nclient< OK\n"), "* ESEARCH UID");
  EXPECT_EQ(expected("client> SEARCH SEEN\nclient< * SEARCH\nclient< OK\n"), "* ESEARCH");
  EXPECT_EQ(expected("client> SEARCH ALL\nclient> UID SEARCH ALL\nclient< * SEARCH 1\nclient< OK\nclient< OK\n"),
            "none");
}

TEST(SecondRevision, WhatIsNoMoreKeepsOneOut) {
  for (auto const* line : {"LSUB \"\" *", "CHECK", "STATUS INBOX (RECENT)", "FETCH 1 RFC822", "SEARCH NEW",
                           "FETCH 1 (RFC822.HEADER)", "CREATE &AOk-"})
    EXPECT_EQ(expected(std::string("client> ") + line + "\nclient< OK\n"), "none") << line;
  EXPECT_EQ(expected("client> FETCH 1 RFC822.SIZE\nclient< OK\n"), "OK");
  EXPECT_FALSE(in_second_revision(read("client> NOOP\nclient< OK\n", "tags rev1\n")));
  EXPECT_FALSE(in_second_revision(read("client> NOOP\nclient< OK\n", "state greeting\n")));
}

TEST(SecondRevision, ItNeedsTheSecondAndNotTheFirst) {
  auto const s = in_second_revision(read("client> NOOP\nclient< OK\n", "needs IMAP4rev1\n"));
  ASSERT_TRUE(s);
  EXPECT_EQ(s->needs, std::vector<std::string>{"IMAP4rev2"});
  EXPECT_EQ(s->id, "imap/rfc3501/6.4.4-search/t~rev2");
  EXPECT_TRUE(s->second_revision);
}

}  // namespace
}  // namespace mailrig::scenario::second_revision_test
