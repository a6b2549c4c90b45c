// data_test: what is shipped, what a user adds, and what takes whose place.
#include "app/data.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/scratch_folder.hpp"

namespace mailrig::app::data_test {
namespace {

namespace fs = std::filesystem;

class Data : public ::testing::Test {
 protected:
  void put(fs::path const& file, std::string const& text) const {
    fs::create_directories((top() / file).parent_path());
    std::ofstream(top() / file) << text;
  }
  fs::path top() const { return folder_.path(); }

 private:
  base::scratch_folder folder_ = *base::scratch_folder::make("data-test");
};

std::string scenario(std::string const& title) {
  return "title     " + title + "\nproves    RFC3501-6.1.2-01\nclient>   NOOP\nclient<   OK\n";
}

TEST_F(Data, WhatComesLaterTakesThePlaceOfTheSameName) {
  put("one/scenarios/a/first.scn", scenario("of one"));
  put("one/scenarios/a/second.scn", scenario("of one"));
  put("two/scenarios/a/second.scn", scenario("of two"));
  put("shipped/scenarios/a/first.scn", scenario("shipped"));
  put("shipped/scenarios/a/zeroth.scn", scenario("shipped"));
  data_folders const all(top() / "shipped", {top() / "one", top() / "two"});
  auto const scripts = all.scenarios();
  ASSERT_TRUE(scripts) << scripts.error().text;
  std::vector<std::string> titles;
  for (auto const& s : *scripts) titles.push_back(s.id + ": " + s.title);
  EXPECT_EQ(titles, (std::vector<std::string>{"a/first: of one", "a/second: of two", "a/zeroth: shipped"}));
}

TEST_F(Data, MailAndTargetsToo) {
  put("shipped/fixtures/mail/plain.eml", "shipped");
  put("own/mail/plain.eml", "own");
  put("own/mail/more.eml", "more");
  put("own/targets/mine.toml", "");
  data_folders const all(top() / "shipped", {top() / "own"});
  EXPECT_EQ(all.mail().read("plain")->octets, "own");
  EXPECT_EQ(all.mail().names(), (std::vector<std::string>{"more", "plain"}));
  ASSERT_EQ(all.targets().size(), 1u);
  EXPECT_EQ(all.targets()[0].stem(), "mine");
}

TEST_F(Data, RequirementsOfOnesOwnStandBesideThose) {
  std::string const head = "id\trfc\tsection\tlevel\tsubject\ttestable\tneeds\tsummary\tcheck\n";
  put("shipped/scenarios/requirements.tsv",
      head + "RFC3501-6.1.2-01\tRFC3501\t6.1.2\tMUST\tserver\tyes\t-\tsays\tlook\n");
  put("own/requirements.tsv", head + "LOCAL-1\t-\t-\tSHOULD\tserver\tyes\t-\tsays too\tlook\n");
  data_folders const all(top() / "shipped", {top() / "own"});
  auto const rows = all.requirements();
  ASSERT_TRUE(rows) << rows.error().text;
  ASSERT_TRUE(rows->find("LOCAL-1"));
  EXPECT_TRUE(rows->find("RFC3501-6.1.2-01"));
  put("own/requirements.tsv", head + "LOCAL-1\t-\t-\tPERHAPS\tserver\tyes\t-\tsays too\tlook\n");
  auto const wrong = all.requirements();
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().text.find("own/requirements.tsv: line 2: unknown level 'PERHAPS'"), std::string::npos)
      << wrong.error().text;
}

TEST_F(Data, SettingsAreFoundAboveTheWorkingFolder) {
  put("mailrig.toml", "data = [\".\", \"more\"]\ntarget = \"targets/server.toml\"\n");
  put("targets/server.toml", "");
  fs::create_directories(top() / "a/b");
  auto const found = find_own_settings(top() / "a/b");
  ASSERT_TRUE(found) << found.error().text;
  ASSERT_EQ(found->data.size(), 2u);
  EXPECT_EQ(found->data[1], top() / "more");
  EXPECT_EQ(found->target, "../../targets/server.toml");
  put("mailrig.toml", "dta = [\".\"]\n");
  auto const wrong = find_own_settings(top() / "a/b");
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().text.find("data"), std::string::npos) << wrong.error().text;
}

TEST_F(Data, AFolderThatIsNotThereIsAFault) {
  auto const found = find_data({(top() / "nowhere").string()}, {});
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().text.find("nowhere"), std::string::npos);
}

TEST_F(Data, AWholeFolderTakesThePlaceOfWhatIsShipped) {
  put("whole/scenarios/requirements.tsv", "");
  fs::create_directories(top() / "part");
  auto const found = find_data({(top() / "whole").string(), (top() / "part").string()}, {});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->shipped(), top() / "whole");
  EXPECT_EQ(found->own(), (std::vector<fs::path>{top() / "part"}));
}

}  // namespace
}  // namespace mailrig::app::data_test
