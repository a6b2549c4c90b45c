#include "net/acceptor.hpp"

#include <gtest/gtest.h>

#include "net/connected_pair.hpp"

namespace mailrig::net::acceptor_test {

TEST(Acceptor, ListensOnLoopbackOnly) {
  loop l;
  EXPECT_FALSE(acceptor::listen(l, {"0.0.0.0", 0}, {}));
  EXPECT_FALSE(acceptor::listen(l, {"nonsense", 0}, {}));
  EXPECT_FALSE(acceptor::listen(l, {"127.0.0.1.example.org", 0}, {}));
}

TEST(Acceptor, ListensOnIpv6AndSaysWhatIsTaken) {
  loop l;
  auto const six = acceptor::listen(l, {"::1", 0}, {});
  ASSERT_TRUE(six);
  auto const again = acceptor::listen(l, {"::1", (*six)->port()}, {});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().text, "Address already in use");
}

TEST(Acceptor, MayGoWhileCallersWait) {
  connected_pair p;
  p.door.reset();
  ASSERT_TRUE(p.until([&] { return p.client.cause != end_cause::none; }));
  EXPECT_TRUE(p.client.cause == end_cause::reset_by_peer || p.client.cause == end_cause::refused);
}

}  // namespace mailrig::net::acceptor_test
