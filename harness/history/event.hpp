// event: one thing that happened on the wire; a run is a stream of these and nothing else.
// Scripts, random workloads, load and replayed traces all come down to it, so that one judge serves them all.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.hpp"

namespace mailrig::history {

enum class protocol : std::uint8_t { imap, pop3 };

enum class event_kind : std::uint8_t {
  opened,    ///< connection made; octets = "account endpoint"
  sent,      ///< client to server
  received,  ///< server to client
  secured,   ///< a TLS handshake ended well; octets = version and cipher
  deflated,  ///< COMPRESS=DEFLATE is active from here on
  ended,     ///< no more octets; octets = the end cause's name
};

using session_id = std::uint32_t;

/// Octets are owned by whoever hands the event out and are valid only during the call.
struct event {
  base::instant at{};
  session_id session = 0;
  event_kind kind = event_kind::opened;
  protocol proto = protocol::imap;
  std::string_view octets;
};

std::string_view name_of(event_kind kind);
std::string_view name_of(protocol proto);

/// Whoever wants to see events: a judge, a trace file, a transcript. Called on the thread that drives the session.
class event_sink {
 public:
  virtual ~event_sink() = default;
  virtual void take(event const& e) = 0;
};

}  // namespace mailrig::history
