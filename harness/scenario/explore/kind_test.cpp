#include "scenario/explore/kind.hpp"

#include <gtest/gtest.h>

#include <set>

namespace mailrig::scenario::kind_test {

using scenario::choice;
using scenario::exploration_kind;

TEST(Exploration, EveryKindCanBeDrawn) {
  auto const all = base::registry<exploration_kind>::all();
  ASSERT_GT(all.size(), 10u);
  std::set<std::string_view> names;
  for (auto const* k : all) {
    EXPECT_TRUE(names.insert(k->name).second) << k->name;
    EXPECT_TRUE(k->play) << k->name;
    EXPECT_FALSE(k->summary.empty()) << k->name;
    EXPECT_FALSE(k->factors.empty()) << k->name;
    std::set<std::string_view> factors;
    for (auto const& f : k->factors) {
      EXPECT_TRUE(factors.insert(f.name).second) << k->name << " has two factors " << f.name;
      std::set<std::string_view> levels;
      for (auto const& l : f.levels)
        EXPECT_TRUE(levels.insert(l.name).second) << k->name << " " << f.name << "=" << l.name;
    }
  }
}

TEST(Exploration, AChoiceSaysWhatItIs) {
  std::vector<scenario::factor> const factors{{"uid", {{"no"}, {"yes"}}}, {"set", {{"one"}, {"all"}}}};
  choice const c(factors, {1, 0});
  EXPECT_EQ(c["uid"], "yes");
  EXPECT_TRUE(c.is("set", "one"));
  EXPECT_EQ(c.text(), "uid=yes set=one");
}

}  // namespace mailrig::scenario::kind_test
