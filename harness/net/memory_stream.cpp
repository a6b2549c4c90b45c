// memory_stream: see memory_stream.hpp.
#include "net/memory_stream.hpp"

#include <utility>

#include "net/connection.hpp"
#include "net/loop_context.hpp"

namespace mailrig::net {

std::shared_ptr<stream> memory_stream::dial(loop& l, std::uint16_t port) {
  auto const client = std::make_shared<memory_stream>(l);
  auto const& doors = l.inside().memory_doors;
  auto const door = doors.find(port);
  if (door == doors.end()) {
    l.post([client] { client->end(end_cause::refused, {}, end_cause::none); });
    return client;
  }
  auto const server = std::make_shared<memory_stream>(l);
  client->peer_ = server;
  server->peer_ = client;
  l.post([server, handler = door->second] { handler(std::make_unique<connection>(server)); });
  l.post([client] {
    if (client->is_open() && client->sink_) client->sink_->on_open();
  });
  return client;
}

void memory_stream::send(std::string_view octets) {
  if (ended_ || octets.empty()) return;
  loop_.post([to = peer_, text = std::string(octets)] {
    if (auto const other = to.lock()) other->hear(text);
  });
}

void memory_stream::hear(std::string_view octets) {
  if (ended_) return;
  if (paused_)
    unread_ += octets;
  else if (sink_)
    sink_->on_octets(octets);
}

void memory_stream::resume() {
  paused_ = false;
  if (!unread_.empty()) hear(std::exchange(unread_, {}));
}

void memory_stream::start_tls(tls_context const&, tls_role) {
  end(end_cause::tls_failed, "there is no TLS in memory", end_cause::server_closed);
}

void memory_stream::tell_peer(end_cause cause) {
  loop_.post([to = peer_, cause] {
    if (auto const other = to.lock()) other->end(cause, {}, end_cause::server_closed);
  });
}

void memory_stream::end(end_cause cause, std::string_view detail, end_cause at_peer) {
  if (ended_) return;
  auto const keep = shared_from_this();
  ended_ = true;
  if (at_peer != end_cause::none) tell_peer(at_peer);
  tell_end(cause, detail);
}

}  // namespace mailrig::net
