// acceptor: see acceptor.hpp.
#include "net/acceptor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "net/connection.hpp"
#include "net/host_and_port.hpp"
#include "net/loop_context.hpp"
#include "net/tcp_stream.hpp"

namespace mailrig::net {

/// Outlives its acceptor while Asio holds a call of it.
struct acceptor::state : std::enable_shared_from_this<state> {
  state(loop& l, handler h) : owner(l), on_accept(std::move(h)) {}
  ~state() {
    if (spare >= 0) ::close(spare);
  }

  loop& owner;
  handler on_accept;
  std::optional<asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type>> door;  ///< none in memory
  std::uint16_t memory_port = 0;
  bool gone = false;
  /// Given up for a moment where no descriptor is left, so that the caller is refused and not forgotten.
  int spare = -1;

  base::result<void> open(endpoint const& at);
  void keep_spare() { spare = ::open("/dev/null", O_RDONLY | O_CLOEXEC); }
  void accept() {
    door->async_accept([self = shared_from_this()](error_code const& e, tcp_socket caller) {
      if (self->gone) return;
      if (!e)
        self->on_accept(std::make_unique<connection>(tcp_stream::settle(self->owner, std::move(caller))));
      else if (e == asio::error::no_descriptors || e.value() == ENFILE)
        self->refuse();
      if (!self->gone) self->accept();
    });
  }
  void refuse() {
    ::close(spare);
    error_code none;
    tcp_socket caller(*owner.inside().io);
    door->non_blocking(true, none);
    door->accept(caller, none);
    caller.close(none);
    keep_spare();
  }
};

base::result<void> acceptor::state::open(endpoint const& at) {
  error_code e;
  auto const address = asio::ip::make_address(at.host == "localhost" ? "127.0.0.1" : at.host, e);
  if (e) return base::fault{0, at.host, "is no numeric address"};
  if (!address.is_loopback() && !at.remote)
    return base::fault{0, at.host, "is no loopback address; use 127.0.0.1 or ::1"};
  asio::ip::tcp::endpoint const where(address, at.port);
  door.emplace(*owner.inside().io);
  if (door->open(where.protocol(), e); !e) door->set_option(asio::socket_base::reuse_address(true), e);
  if (!e) door->bind(where, e);
  if (!e) door->listen(4096, e);
  if (e) return base::fault{0, host_and_port(at.host, at.port), e.message()};
  keep_spare();
  accept();
  return {};
}

base::result<std::unique_ptr<acceptor>> acceptor::listen(loop& l, endpoint const& at, handler h) {
  auto s = std::make_shared<state>(
      l, h ? std::move(h) : [](std::unique_ptr<connection>) {});
  if (at.host == "memory") {
    l.inside().memory_doors[at.port] = s->on_accept;
    s->memory_port = at.port;
  } else if (auto const opened = s->open(at); !opened) {
    return opened.error();
  }
  return std::unique_ptr<acceptor>(new acceptor(std::move(s)));
}

acceptor::acceptor(std::shared_ptr<state> s) : state_(std::move(s)) {}

acceptor::~acceptor() {
  state_->gone = true;
  if (state_->memory_port) state_->owner.inside().memory_doors.erase(state_->memory_port);
  error_code ignored;
  if (state_->door) state_->door->close(ignored);
}

std::uint16_t acceptor::port() const {
  if (!state_->door) return state_->memory_port;
  error_code none;
  return state_->door->local_endpoint(none).port();
}

}  // namespace mailrig::net
