#include "net/endpoint.hpp"

#include <gtest/gtest.h>

namespace mailrig::net::endpoint_test {

using mailrig::net::is_loopback;

TEST(Endpoint, LoopbackIsAnAddressAndNotABeginning) {
  EXPECT_TRUE(is_loopback("localhost"));
  EXPECT_TRUE(is_loopback("127.0.0.1"));
  EXPECT_TRUE(is_loopback("127.255.3.4"));
  EXPECT_TRUE(is_loopback("::1"));
  EXPECT_FALSE(is_loopback("127.0.0.1.example.org"));
  EXPECT_FALSE(is_loopback("127.example.org"));
  EXPECT_FALSE(is_loopback("128.0.0.1"));
  EXPECT_FALSE(is_loopback("::2"));
  EXPECT_FALSE(is_loopback(""));
}

}  // namespace mailrig::net::endpoint_test
