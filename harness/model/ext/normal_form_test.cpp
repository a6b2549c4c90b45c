// normal_form_test: accents behind letters, in both spellings of a name.
#include "model/ext/normal_form.hpp"

#include <gtest/gtest.h>

namespace mailrig::model::normal_form_test {

TEST(NormalForm, AccentsBehindTheirLetters) {
  EXPECT_TRUE(has_other_forms("cafe\xCC\x81"));
  EXPECT_TRUE(has_other_forms("cafe&AwE-"));
  for (auto const* one : {"caf\xC3\xA9", "caf&AOk-", "cafe", "a&-b", "&broken", "\xCD\xB0"})
    EXPECT_FALSE(has_other_forms(one)) << one;
}

}  // namespace mailrig::model::normal_form_test
