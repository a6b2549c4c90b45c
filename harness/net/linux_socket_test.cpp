// What TCP_INFO tells of a connection reaches its loop when the connection has ended; elsewhere nothing is known.
#include "net/linux_socket.hpp"

#include <gtest/gtest.h>

#include "net/connected_pair.hpp"

namespace mailrig::net::linux_socket_test {

TEST(SegmentCounts, AreOfTheLoopsOwnConnectionsOnceTheyHaveEnded) {
  net::connected_pair p;
  ASSERT_TRUE(p.until([&] { return p.client.opened && p.in; }));
  for (int i = 1; i <= 10; ++i) {
    p.out->send("x");
    ASSERT_TRUE(p.until([&] { return p.server.heard.size() == std::size_t(i); }));
  }
  EXPECT_FALSE(net::segments_sent(p.l).known);
  p.out->close();
  auto const sent = net::segments_sent(p.l);
#ifdef __linux__
  EXPECT_TRUE(sent.known);
  EXPECT_GE(sent.sent, 10u);
  EXPECT_LE(sent.sent, 40u);
  EXPECT_EQ(sent.sent_again, 0u);
#else
  EXPECT_FALSE(sent.known);
#endif
}

}  // namespace mailrig::net::linux_socket_test
