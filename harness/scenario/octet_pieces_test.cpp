// octet_pieces_test: octets, how often, and pauses; and what is neither.
#include "scenario/octet_pieces.hpp"

#include <gtest/gtest.h>

namespace mailrig::scenario::octet_pieces_test {
namespace {

TEST(OctetPieces, OctetsRepetitionsAndPauses) {
  auto const all = read_octet_pieces(R"("DO" 50ms "N\"E\r\n"*3 "")", "cut");
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 4u);
  EXPECT_EQ((*all)[0].octets, "DO");
  EXPECT_EQ((*all)[1].pause, std::chrono::milliseconds(50));
  EXPECT_EQ((*all)[2].octets, "N\"E\r\n");
  EXPECT_EQ((*all)[2].times, 3u);
}

TEST(OctetPieces, MistakesAreTold) {
  EXPECT_NE(read_octet_pieces("\"a", "raw").error().text.find("not closed"), std::string::npos);
  EXPECT_NE(read_octet_pieces("\"a\"*x", "raw").error().text.find("'*'"), std::string::npos);
  EXPECT_NE(read_octet_pieces("abc", "raw").error().text.find("'abc'"), std::string::npos);
}

}  // namespace
}  // namespace mailrig::scenario::octet_pieces_test
