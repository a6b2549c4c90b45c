#include "app/listen_address.hpp"

#include <gtest/gtest.h>

namespace mailrig::app::listen_address_test {

using mailrig::app::read_listen_address;

TEST(ListenAddress, HasAHostOrNot) {
  EXPECT_EQ(read_listen_address("--imap", ":1143")->host, "127.0.0.1");
  EXPECT_EQ(read_listen_address("--imap", "127.0.0.2:0")->host, "127.0.0.2");
  EXPECT_EQ(read_listen_address("--imap", "[::1]:1143")->host, "::1");
  EXPECT_EQ(read_listen_address("--imap", "[::1]:1143")->port, 1143);
  for (auto const* bad : {"", "1143x", "127.0.0.1", ":70000", "host:"})
    EXPECT_FALSE(read_listen_address("--imap", bad)) << bad;
}

}  // namespace mailrig::app::listen_address_test
