// connected_pair: a client and a server of ours in one loop, for the tests of this floor.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "net/acceptor.hpp"
#include "net/connection.hpp"

namespace mailrig::net {

struct recording_sink final : connection_sink {
  std::string heard, secured, detail;
  end_cause cause = end_cause::none;
  bool opened = false;
  bool goes_on = false;  ///< when the peer has half-closed
  bool half_closed = false;
  std::function<void()> then;
  void on_open() override { opened = true; }
  void on_secured(std::string_view v) override { secured = v; }
  void on_octets(std::string_view o) override {
    heard += o;
    if (then) then();
  }
  bool on_half_closed() override {
    half_closed = true;
    return goes_on;
  }
  void on_end(end_cause c, std::string_view d) override { cause = c, detail = d; }
};

struct connected_pair {
  loop l;
  recording_sink client, server;
  std::unique_ptr<connection> in, out;  ///< at the server, at the client
  std::unique_ptr<acceptor> door;

  explicit connected_pair(tls_context const* implicit = nullptr, tls_context const* serve = nullptr,
                          endpoint to = {"127.0.0.1"}) {
    door = std::move(*acceptor::listen(l, {"127.0.0.1", 0}, [this, serve](std::unique_ptr<connection> c) {
      in = std::move(c);
      in->set_sink(server);
      if (serve) in->accept_tls(*serve);
    }));
    to.port = door->port();
    out = connection::dial(l, to, client, implicit);
  }
  bool until(std::function<bool()> const& f) { return l.run_until(f, base::now() + std::chrono::seconds(5)); }
};

}  // namespace mailrig::net
