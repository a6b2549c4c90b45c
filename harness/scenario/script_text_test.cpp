// Every scenario of the collection, written and read again, says the same.
#include "scenario/script_text.hpp"

#include <gtest/gtest.h>

namespace mailrig::scenario::script_text_test {

TEST(ScriptText, EveryScenarioSurvivesIt) {
  auto const all = read_scripts(MAILRIG_SOURCE_DIR "/scenarios");
  ASSERT_TRUE(all);
  for (auto const& s : *all) {
    auto const text = script_text(s);
    auto const again = read_script(text, s.file, s.id);
    ASSERT_TRUE(again) << again.error().text << "\n" << text;
    EXPECT_EQ(script_text(*again), text) << s.id;
    EXPECT_EQ(again->operations.size(), s.operations.size()) << s.id;
  }
}

}  // namespace mailrig::scenario::script_text_test
