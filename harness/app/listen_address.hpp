// listen_address: ":1143", "127.0.0.1:1143" or "[::1]:1143", as options name where to listen.
#pragma once

#include <string>

#include "base/result.hpp"
#include "net/endpoint.hpp"

namespace mailrig::app {

/// Without a host it is 127.0.0.1.
base::result<net::endpoint> read_listen_address(char const* option, std::string const& text);

}  // namespace mailrig::app
