// A host and a port, written and read: brackets around IPv6 alone, and a port that is one.
#include "net/host_and_port.hpp"

#include <gtest/gtest.h>

namespace mailrig::net::host_and_port_test {

TEST(HostAndPort, AnIpv6AddressStandsInBrackets) {
  EXPECT_EQ(host_and_port("127.0.0.1", 143), "127.0.0.1:143");
  EXPECT_EQ(host_and_port("mail.example", 995), "mail.example:995");
  EXPECT_EQ(host_and_port("::1", 143), "[::1]:143");
}

TEST(HostAndPort, WhatIsWrittenIsRead) {
  struct row {
    char const *text, *host;
    std::uint16_t port;
  };
  for (auto const& r : {row{"127.0.0.1:143", "127.0.0.1", 143}, row{"[::1]:143", "::1", 143},
                        row{"::1:143", "::1", 143}, row{":0", "", 0}, row{"[::]:65535", "::", 65535}}) {
    auto const read = read_host_and_port(r.text);
    ASSERT_TRUE(read) << r.text;
    EXPECT_EQ(read->host, r.host) << r.text;
    EXPECT_EQ(read->port, r.port) << r.text;
  }
  for (auto const* bad : {"", "host", "host:", "host:65536", "host:-1", "host:1x", "[::1]"})
    EXPECT_FALSE(read_host_and_port(bad)) << bad;
}

}  // namespace mailrig::net::host_and_port_test
