// Simpler forms of command lines.
#include "stress/plainer.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mailrig::stress::plainer_test {

using mailrig::stress::plainer;

namespace {

bool offers(std::string const& line, std::string const& simpler) {
  auto const all = plainer(line);
  return std::ranges::find(all, simpler) != all.end();
}

}  // namespace

TEST(Plainer, OffersEachMemberOfSetsAndLists) {
  EXPECT_TRUE(offers("STORE 1,3:5 +FLAGS (\\Seen Kx)", "STORE 3 +FLAGS (\\Seen Kx)"));
  EXPECT_TRUE(offers("STORE 1,3:5 +FLAGS (\\Seen Kx)", "STORE 1,3:5 +FLAGS (Kx)"));
  EXPECT_TRUE(offers("FETCH 1:* (UID FLAGS)", "FETCH * (UID FLAGS)"));
}

TEST(Plainer, TakesUidsSilenceAndLongMailAway) {
  EXPECT_TRUE(offers("UID STORE $uid2 +FLAGS.SILENT (Kx)", "STORE 2 +FLAGS.SILENT (Kx)"));
  EXPECT_TRUE(offers("STORE 2 +FLAGS.SILENT (Kx)", "STORE 2 +FLAGS (Kx)"));
  EXPECT_TRUE(offers("APPEND INBOX (Kx) {text \"Subject: long\\r\\n\\r\\nxxxx\"}",
                     "APPEND INBOX {text \"Subject: long\\r\\n\\r\\nxxxx\"}"));
  EXPECT_TRUE(
      offers("APPEND INBOX {text \"Subject: long\\r\\n\\r\\nxxxx\"}", "APPEND INBOX {text \"A: b\\r\\n\\r\\nc\"}"));
}

TEST(Plainer, OctetsBecomeFewer) {
  auto const offered = [](std::string const& argument, std::string_view simpler) {
    auto const all = mailrig::stress::plainer_octets(argument);
    return std::ranges::find(all, simpler) != all.end();
  };
  EXPECT_TRUE(offered("\"ab\\x00c\"", "\"\\x00c\""));
  EXPECT_TRUE(offered("\"ab\\x00c\"", "\"abc\""));
  EXPECT_TRUE(offered("\"a\" \"x\"*8192 \"b\"", "\"a\" \"x\"*4096 \"b\""));
  EXPECT_TRUE(offered("\"a\\\"b\"", "\"a\\\"\""));
  EXPECT_TRUE(mailrig::stress::plainer_octets("\"\"").empty());
}

TEST(Plainer, EndsSomewhere) {
  // Whatever is offered has nothing simpler than itself among its own offers for ever.
  std::string line = "UID STORE $uid2,$uid3 +FLAGS.SILENT (\\Seen Kx)";
  int steps = 0;
  for (auto next = plainer(line); !next.empty() && steps < 50; next = plainer(line)) line = next.front(), ++steps;
  EXPECT_LT(steps, 50);
  EXPECT_TRUE(plainer("NOOP").empty());
}

}  // namespace mailrig::stress::plainer_test
