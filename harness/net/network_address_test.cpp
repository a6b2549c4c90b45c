#include "net/network_address.hpp"

#include <gtest/gtest.h>

namespace mailrig::net::network_address_test {

using mailrig::net::address_within;

TEST(NetworkAddress, IsWithinItsNetworkAndNeverItsFirstOrLast) {
  EXPECT_EQ(address_within("10.20.0.0/16", 0), "10.20.0.1");
  EXPECT_EQ(address_within("10.20.0.0/16", 65533), "10.20.255.254");
  EXPECT_EQ(address_within("10.20.0.0/16", 65534), "10.20.0.1");
  EXPECT_EQ(address_within("10.20.30.40/24", 4), "10.20.30.5");
  EXPECT_EQ(address_within("2001:db8::/64", 258), "2001:db8::103");
}

TEST(NetworkAddress, OrThereIsNone) {
  EXPECT_FALSE(address_within("10.20.0.0", 1));
  EXPECT_FALSE(address_within("10.20.0.0/31", 1));
  EXPECT_FALSE(address_within("10.20.0.0/33", 1));
  EXPECT_FALSE(address_within("nonsense/8", 1));
}

}  // namespace mailrig::net::network_address_test
