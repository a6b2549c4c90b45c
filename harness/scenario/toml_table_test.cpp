#include "scenario/toml_table.hpp"

#include <gtest/gtest.h>

namespace mailrig::scenario::toml_table_test {

using scenario::toml_table;

namespace {

toml_table of(std::string_view text) { return *toml_table::parse(text, "a.toml", "target"); }

/// What is wrong after the reader below has asked for all it knows.
std::string mistake_of(std::string_view text) {
  auto t = of(text);
  t.text("name", "");
  t.flag("remote", "");
  t.number("share", "", 0, 1);
  t.whole("count", "", 1, 9);
  t.texts("tags", "");
  t.choice("how", "", {"one", "two"});
  auto tls = t.table("tls", "");
  tls.text("ca", "");
  for (auto& d : t.tables("device", "")) d.text("name", "");
  auto const m = t.mistake();
  return m ? m->text : "";
}

}  // namespace

TEST(TomlTable, WhatIsRightPasses) {
  EXPECT_EQ(mistake_of("name = 'a'\nremote = true\nshare = 0.5\ncount = 3\ntags = ['x', 'y']\nhow = 'TWO'\n"
                       "[tls]\nca = 'f'\n[[device]]\nname = 'd'\n"),
            "");
  EXPECT_EQ(mistake_of("\xef\xbb\xbf"
                       "share = 1\r\ntags = 'one'\r\n"),
            "");
}

TEST(TomlTable, AWrongTypeOrRangeHasItsLine) {
  EXPECT_EQ(mistake_of("\nname = 3"), "a.toml:2: name is a text: write it in quotes");
  EXPECT_EQ(mistake_of("remote = 'true'"), "a.toml:1: remote is true or false, without quotes");
  EXPECT_EQ(mistake_of("share = 2"), "a.toml:1: share is a number from 0 to 1");
  EXPECT_EQ(mistake_of("share = nan"), "a.toml:1: share is a number from 0 to 1");
  EXPECT_EQ(mistake_of("count = 2.5"), "a.toml:1: count is a whole number from 1 to 9");
  EXPECT_EQ(mistake_of("tags = [1]"), "a.toml:1: tags is a list of texts: [\"...\", \"...\"]");
  EXPECT_EQ(mistake_of("how = 'three'"), "a.toml:1: how is one of: one, two");
  EXPECT_EQ(mistake_of("tls = 1"), "a.toml:1: tls is a table: [tls]");
  EXPECT_EQ(mistake_of("device = 'x'"), "a.toml:1: device is a list of tables: [[device]]");
  EXPECT_EQ(mistake_of("[[device]]\nname = 'a'\n[[device]]\nname = 4\n"),
            "a.toml:4: device[].name is a text: write it in quotes");
}

TEST(TomlTable, AnUnknownKeyIsToldWithTheNearestKnownOne) {
  EXPECT_EQ(mistake_of("[tls]\ncs = 'x'\n"), "a.toml:2: 'tls.cs' is no key here; did you mean 'ca'?; there are: ca");
  EXPECT_NE(mistake_of("unheard_of = 1").find("there are: count, device, how, name"), std::string::npos);
}

TEST(TomlTable, WhatIsNoTomlHasItsLine) {
  auto const t = toml_table::parse("a = 1\nb = \n", "a.toml", "target");
  ASSERT_FALSE(t);
  EXPECT_EQ(t.error().text.substr(0, 9), "a.toml:2:");
  EXPECT_FALSE(toml_table::read("/nonexistent", "target"));
  EXPECT_NE(toml_table::read("/tmp", "target").error().text.find("is a folder"), std::string::npos);
}

TEST(TomlTable, AnEmptyFileListsWhatItsReaderAsks) {
  auto t = toml_table::asked();
  t.text("name", "what reports call it");
  for (auto& d : t.tables("device", "what users have")) d.number("per_user", "how many", 0, 100);
  auto const& keys = t.keys_asked();
  ASSERT_EQ(keys.size(), 3u);
  EXPECT_EQ(keys[2].path, "device[].per_user");
  EXPECT_EQ(keys[2].type, "number from 0 to 100");
  EXPECT_FALSE(t.mistake());
}

}  // namespace mailrig::scenario::toml_table_test
