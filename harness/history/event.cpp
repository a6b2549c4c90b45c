// event: see event.hpp.
#include "history/event.hpp"

namespace mailrig::history {

std::string_view name_of(event_kind kind) {
  switch (kind) {
    case event_kind::opened: return "opened";
    case event_kind::sent: return "sent";
    case event_kind::received: return "received";
    case event_kind::secured: return "secured";
    case event_kind::deflated: return "deflated";
    case event_kind::ended: return "ended";
  }
  return "?";
}

std::string_view name_of(protocol proto) { return proto == protocol::imap ? "imap" : "pop3"; }

}  // namespace mailrig::history
