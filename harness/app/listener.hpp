// listener: where clients come, as a command line says it: "imap://:1143".
#pragma once

#include <string>

#include "base/result.hpp"
#include "history/event.hpp"
#include "net/endpoint.hpp"

namespace mailrig::app {

struct listener {
  std::string scheme;  ///< imap, imaps, pop3, pop3s
  net::endpoint at;    ///< on loopback
  history::protocol proto() const {
    return scheme.starts_with("imap") ? history::protocol::imap : history::protocol::pop3;
  }
  bool secure() const { return scheme.ends_with('s'); }
};

/// What --listen takes.
base::result<listener> read_listener(std::string const& text);

}  // namespace mailrig::app
