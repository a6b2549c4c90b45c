#include "net/proxy_header.hpp"

#include <gtest/gtest.h>

#include "net/connected_pair.hpp"
#include "net/digest.hpp"

namespace mailrig::net::proxy_header_test {

TEST(ProxyHeader, Version1) {
  EXPECT_EQ(proxy_header(proxy_form::v1, {"10.1.2.3", 40000, "127.0.0.1", 143}),
            "PROXY TCP4 10.1.2.3 127.0.0.1 40000 143\r\n");
  EXPECT_EQ(proxy_header(proxy_form::v1, {"10.1.2.3", 1, "::1", 143}), "PROXY TCP6 ::ffff:10.1.2.3 ::1 1 143\r\n");
  EXPECT_EQ(proxy_header(proxy_form::v1, {"nobody", 1, "::1", 143}), "");
  EXPECT_EQ(proxy_header(proxy_form::none, {"10.1.2.3", 1, "::1", 143}), "");
}

TEST(ProxyHeader, Version2) {
  EXPECT_EQ(hex(proxy_header(proxy_form::v2, {"10.1.2.3", 40000, "127.0.0.1", 143})),
            "0d0a0d0a000d0a515549540a"
            "21"
            "11"
            "000c"
            "0a010203"
            "7f000001"
            "9c40"
            "008f");
  EXPECT_EQ(proxy_header(proxy_form::v2, {"2001:db8::1", 40000, "::1", 143}).size(), 16u + 36);
}

TEST(ProxyHeader, GoesBeforeEverythingElse) {
  connected_pair p(nullptr, nullptr, {.host = "127.0.0.1", .proxy = proxy_form::v1, .speaks_for = "10.9.8.7"});
  p.out->send("hello");
  ASSERT_TRUE(p.until([&] { return p.server.heard.ends_with("hello"); }));
  EXPECT_TRUE(p.server.heard.starts_with("PROXY TCP4 10.9.8.7 127.0.0.1 ")) << p.server.heard;
}

}  // namespace mailrig::net::proxy_header_test
