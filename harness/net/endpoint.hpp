// endpoint: where a connection goes, and from where.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "net/proxy_header.hpp"

namespace mailrig::net {

/// The host "memory" is within the loop: who listens there is reached without a socket, without TLS.
struct endpoint {
  std::string host;  ///< a name, or a numeric address without brackets
  std::uint16_t port = 0;
  std::string from = {};                ///< numeric source address of a client; empty: the system's choice
  bool remote = false;                  ///< may be another machine; otherwise only addresses of this one are dialled
  std::string service = {};             ///< "imap", "pop3": what ALPN asks for, where the TLS options say that it asks
  proxy_form proxy = proxy_form::none;  ///< said first, in the clear
  std::string speaks_for = {};          ///< numeric: whom the PROXY header names as the client
};

/// "localhost", or a numeric address of this machine: 127.0.0.0/8, ::1. What a name stands for is known only when it is
/// dialled.
bool is_loopback(std::string_view host);

}  // namespace mailrig::net
