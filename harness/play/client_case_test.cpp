// client_case_test: a table of cases becomes the cases for which it stands, and its mistakes are told with their place.
#include "play/client_case.hpp"

#include <gtest/gtest.h>

#include "base/file.hpp"
#include "base/scratch_folder.hpp"
#include "play/client_suite.hpp"

namespace mailrig::play::client_case_test {
namespace {

base::result<std::vector<client_case>> read(std::string_view text) {
  auto const folder = base::scratch_folder::make("cases").value();
  auto const file = folder.path() / "some.toml";
  EXPECT_TRUE(base::write_file(file, text));
  return read_client_case_file(file);
}

std::string wrong(std::string_view text) {
  auto const read_ = read(text);
  return read_ ? "" : read_.error().text;
}

TEST(ClientCase, OneStandsForEachProtocolAndWay) {
  auto const all = read(
      "[[case]]\nname = \"a\"\ntitle = \"t\"\nprotocols = [\"imap\", \"pop3\"]\ntls = [\"plain\", "
      "\"starttls\"]\nmail = [\"plain x 3 (\\\\Seen \\\\Flagged)\"]\n");
  ASSERT_TRUE(all) << all.error().text;
  ASSERT_EQ(all->size(), 4u);
  EXPECT_EQ((*all)[0].id, "some/a/imap/plain");
  EXPECT_EQ((*all)[3].id, "some/a/pop3/starttls");
  EXPECT_EQ((*all)[3].secured, security::starttls);
  EXPECT_EQ((*all)[0].mail[0].copies, 3u);
  EXPECT_EQ((*all)[0].mail[0].flags, (std::vector<std::string>{"\\Seen", "\\Flagged"}));
}

TEST(ClientCase, AGlobStandsForEachLatitudeOfTheProtocol) {
  auto const all = read(
      "[[case]]\nname = \"a\"\ntitle = \"t\"\nlatitude = [\"fetch-split*\", \"pop-*\", \"mix:3\"]\nbut = "
      "[\"*-pairs\"]\n");
  ASSERT_TRUE(all) << all.error().text;
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ((*all)[0].id, "some/a/fetch-split");
  EXPECT_EQ((*all)[1].latitudes, std::vector<std::string>{"mix:3"});
}

TEST(ClientCase, WhatHappensBetweenRunsIsRead) {
  auto const all = read(
      "[[case]]\nname = \"a\"\ntitle = \"t\"\nbetween = [\"add plain x 2; remove 1; flags 2 (\\\\Seen); renew\", "
      "\"flags 1 ()\"]\n");
  ASSERT_TRUE(all) << all.error().text;
  auto const& between = (*all)[0].between;
  ASSERT_EQ(between.size(), 2u);
  ASSERT_EQ(between[0].size(), 4u);
  EXPECT_EQ(between[0][0].mail.copies, 2u);
  EXPECT_EQ(between[0][1].number, 1u);
  EXPECT_EQ(between[0][2].mail.flags, std::vector<std::string>{"\\Seen"});
  EXPECT_EQ(between[0][3].what, change::kind::renew);
  EXPECT_TRUE(between[1][0].mail.flags.empty());
}

TEST(ClientCase, MistakesAreToldWithTheirPlace) {
  EXPECT_NE(wrong("[[case]]\nname = \"a\"\n").find("title"), std::string::npos);
  EXPECT_NE(
      wrong("[[case]]\nname = \"a\"\ntitle = \"t\"\ndefect = [\"no-such\"]\n").find("some.toml:4: nothing is called"),
      std::string::npos);
  EXPECT_NE(wrong("[[case]]\nname = \"a\"\ntitle = \"t\"\nbetween = [\"lose 1\"]\n").find("'lose 1'"),
            std::string::npos);
  EXPECT_NE(wrong("[[case]]\nname = \"a\"\ntitle = \"t\"\nowes = \"much\"\n").find("owes"), std::string::npos);
  EXPECT_NE(wrong("[[case]]\nname = \"a\"\ntitle = \"t\"\n[[case]]\nname = \"a\"\ntitle = \"u\"\n").find("two cases"),
            std::string::npos);
}

TEST(ClientCase, SelectorsNameCases) {
  client_case c;
  c.id = "latitudes/imap/fetch-split";
  c.tags = {"again"};
  c.proves = {"RFC3501-7-01"};
  for (auto const* s :
       {"latitudes", "latitudes/imap", "latitudes/imap/fetch-split", "*/fetch-*", "again", "RFC3501-7-01"})
    EXPECT_TRUE(selects(s, c)) << s;
  for (auto const* s : {"lat", "imap", "latitudes/im"}) EXPECT_FALSE(selects(s, c)) << s;
}

}  // namespace
}  // namespace mailrig::play::client_case_test
