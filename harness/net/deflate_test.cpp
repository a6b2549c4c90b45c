#include "net/deflate.hpp"

#include <gtest/gtest.h>

namespace mailrig::net::deflate_test {

TEST(Deflate, RefusesNonsenseAndBombs) {
  deflate a, b;
  std::string out;
  EXPECT_TRUE(b.unpack(a.pack(std::string(1000, 'a')), out, 5000));
  EXPECT_EQ(out.size(), 1000u);
  EXPECT_FALSE(b.unpack(a.pack(std::string(1'000'000, 'a')), out, 5000));
  deflate c;
  EXPECT_FALSE(c.unpack("\xff\xff\xff\xff nonsense", out, 1u << 30));
}

}  // namespace mailrig::net::deflate_test
