// relay: see relay.hpp.
#include "record/relay.hpp"

#include <fmt/format.h>

#include "check/client/client_checker.hpp"
#include "net/host_and_port.hpp"

namespace mailrig::record {
namespace {

using history::event_kind;
using history::protocol;

/// A side whose octets the other does not take is held back beyond so many.
constexpr std::size_t most_unsent = 1 << 20;
/// More octets than that without an end of a line are no mail and no command; of a line all is kept until it ends.
constexpr std::size_t most_unended = 4 << 20;
constexpr auto between_looks = std::chrono::milliseconds(5);

}  // namespace

relay::relay(net::loop& l, std::unique_ptr<net::connection> client, passage const& through, recording& to,
             std::function<void()> over)
    : loop_(l),
      through_(through),
      over_(std::move(over)),
      record_(to, through.proto,
              net::host_and_port(through.to.at.host, through.to.at.port) +
                  (through.secure ? std::string(check::client_has_tls) : "")),
      conversation_(0, through.proto, {}),
      patience_(l) {
  client_.connection = std::move(client);
  client_.connection->set_sink(client_);
  tell(event_kind::opened, "? ?");
  to_secure_ = int(through.secure) + int(through.to.implicit_tls);
  if (through.secure) client_.connection->accept_tls(*through.shown);
  if (to_secure_ > 0) client_.connection->pause();
  server_.connection =
      net::connection::dial(l, through.to.at, server_, through.to.implicit_tls ? through.trust : nullptr);
}

relay::~relay() = default;

void relay::tell(event_kind kind, std::string_view octets) {
  auto const at = loop_.now() - through_.epoch;
  record_.take(at, kind, octets);
  conversation_.take({at, 0, kind, through_.proto, octets}, *this);
}

/// Such a session is cut: a few octets of DEFLATE make a line of any length.
bool relay::goes_on_without_end(side& speaker, std::string_view octets) {
  auto const line_end = octets.rfind('\n');
  speaker.unended = line_end == octets.npos ? speaker.unended + octets.size() : octets.size() - line_end - 1;
  if (speaker.unended <= most_unended) return false;
  trouble_ = fmt::format("{} has said {} MB without the end of a line, and is not heard any longer",
                         speaker.is_server ? "the server" : "a client", most_unended >> 20);
  client_.connection->reset();
  server_.connection->reset();
  ended(speaker.is_server, speaker.is_server ? net::end_cause::server_closed : net::end_cause::client_closed, {});
  return true;
}

void relay::from_client(std::string_view octets) {
  if (goes_on_without_end(client_, octets)) return;
  who_.sent(octets, conversation_);
  server_.connection->send(octets);
  tell(event_kind::sent, octets);
  hold_back(client_, server_);
}

void relay::from_server(std::string_view octets) {
  if (goes_on_without_end(server_, octets)) return;
  client_.connection->send(octets);
  tell(event_kind::received, octets);
  hold_back(server_, client_);
  if (!who_.name().empty()) record_.belongs_to(who_.name());
  change_over();
}

void relay::see(model::item const& i) {
  using model::item_kind;
  who_.see(i);
  if (i.kind == item_kind::response && i.command && i.response->kind == wire::imap::response_kind::tagged &&
      i.response->condition == wire::imap::status::ok) {
    wants_tls_ = wants_tls_ || i.command->is("STARTTLS");
    wants_deflate_ = wants_deflate_ || i.command->is("COMPRESS");
  }
  if (i.kind == item_kind::reply && i.pop3_command_ && i.pop3_command_->is("STLS") &&
      i.reply->status == wire::pop3::indicator::ok)
    wants_tls_ = true;
}

/// The server has agreed to TLS or to compression, and the client has been told. Until both ends are ready nothing is
/// heard of the client, so that what it says comes after what was agreed.
void relay::change_over() {
  if (std::exchange(wants_tls_, false)) {
    to_secure_ = 2;
    client_.connection->accept_tls(*through_.shown);
    client_.connection->pause();
    server_.connection->start_tls(*through_.trust);
  }
  if (std::exchange(wants_deflate_, false)) {
    tell(event_kind::deflated, {});
    client_.connection->start_deflate();
    server_.connection->start_deflate();
  }
}

void relay::secured(bool server, std::string_view how) {
  // The trace is of what the server was told.
  if (server) tell(event_kind::secured, how);
  if (--to_secure_ == 0 && !client_.held) client_.connection->resume();
}

void relay::half_closed(bool server) {
  auto& from = server ? server_ : client_;
  auto& to = server ? client_ : server_;
  from.half_closed = true;
  if (server && !std::exchange(told_end_, true))
    tell(event_kind::ended, net::name_of(left_ ? net::end_cause::client_closed : net::end_cause::server_closed));
  left_ = left_ || (!server && !says_goodbye());
  to.connection->half_close();
  if (to.half_closed || to.over) finish();
}

/// It has asked the server to end the session.
bool relay::says_goodbye() const {
  return conversation_.imap().runs("LOGOUT") || conversation_.imap().state == model::imap_state::logout ||
         conversation_.pop3().quit_sent;
}

void relay::ended(bool server, net::end_cause cause, std::string_view detail) {
  auto& from = server ? server_ : client_;
  auto& to = server ? client_ : server_;
  from.over = true;
  using net::end_cause;
  if (!std::exchange(told_end_, true))
    tell(event_kind::ended, net::name_of(server && !left_ ? cause : end_cause::client_closed));
  bool const orderly = cause == end_cause::server_closed || cause == end_cause::client_closed;
  if (server && !orderly && cause != end_cause::reset_by_peer)
    trouble_ = fmt::format("{}: {}{}{}", net::host_and_port(through_.to.at.host, through_.to.at.port),
                           net::name_of(cause), detail.empty() ? "" : ": ", detail);
  if (!to.over && to.connection) cause == end_cause::reset_by_peer ? to.connection->reset() : to.connection->close();
  finish();
}

/// Both ends are done with: whoever owns this may let it go.
void relay::finish() {
  if (over_) std::exchange(over_, nullptr)();
}

void relay::hold_back(side& speaker, side const& listener) {
  if (speaker.held || speaker.over || listener.connection->unsent() < most_unsent) return;
  speaker.held = true;
  speaker.connection->pause();
  patience_.at(loop_.now() + between_looks, [this] { let_go(); });
}

void relay::let_go() {
  for (auto const& [speaker, listener] : {std::pair(&client_, &server_), std::pair(&server_, &client_)})
    if (speaker->held && listener->connection->unsent() < most_unsent / 2) {
      speaker->held = false;
      if (to_secure_ == 0) speaker->connection->resume();
    }
  if (client_.held || server_.held) patience_.at(loop_.now() + between_looks, [this] { let_go(); });
}

}  // namespace mailrig::record
