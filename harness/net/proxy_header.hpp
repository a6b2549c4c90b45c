// proxy_header: what a proxy says before a client's first octet: whom it speaks for (the PROXY protocol, versions 1 and
// 2, as HAProxy describes it in proxy-protocol.txt).
#pragma once

#include <cstdint>
#include <string>

namespace mailrig::net {

enum class proxy_form : std::uint8_t { none, v1, v2 };

struct proxied {
  std::string from;  ///< numeric
  std::uint16_t from_port = 0;
  std::string to;  ///< numeric
  std::uint16_t to_port = 0;
};

/// Where one address is IPv6, the other is written so too. Empty for `none`, and where an address is none.
std::string proxy_header(proxy_form form, proxied const& p);

}  // namespace mailrig::net
