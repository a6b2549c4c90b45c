// played_script_test: what a server sends is read as it stands, and what only a played script has is its own.
#include "scenario/played_script.hpp"

#include <gtest/gtest.h>

namespace mailrig::scenario::played_script_test {
namespace {

constexpr char const* text = R"(title  A greeting and a flood
owes   refuse
tls    starttls
client< * OK [CAPABILITY IMAP4rev1 {9999999999999999}
client: accept CAPABILITY NOOP
client> STARTTLS
client: flood "x"*1000
)";

TEST(PlayedScript, LinesOfTheServerNeedNotBeIMAP) {
  auto const s = read_played_script(text, "f.scn", "f");
  ASSERT_TRUE(s) << s.error().text;
  EXPECT_EQ(s->more.at("owes"), "refuse");
  EXPECT_EQ(s->more.at("tls"), "starttls");
  ASSERT_EQ(s->said.operations.size(), 4u);
  EXPECT_EQ(s->said.operations[0].expectations[0].text, "* OK [CAPABILITY IMAP4rev1 {9999999999999999}");
}

TEST(PlayedScript, AScenarioOfAClientHasNoneOfIt) {
  auto const s = read_script(text, "f.scn", "f");
  ASSERT_FALSE(s);
  EXPECT_NE(s.error().text.find("'owes' is no header"), std::string::npos);
  auto const accept = read_script("title t\nproves RFC3501-6.1.2-01\nclient: accept\n", "f.scn", "f");
  ASSERT_FALSE(accept);
  EXPECT_NE(accept.error().text.find("unknown action 'accept'"), std::string::npos);
}

}  // namespace
}  // namespace mailrig::scenario::played_script_test
