// delivery: see delivery.hpp.
#include "scenario/delivery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/child_process.hpp"
#include "base/run_end.hpp"
#include "net/connection.hpp"
#include "session/lmtp.hpp"

namespace mailrig::scenario {
namespace {

base::result<void> by_command(target const& t, std::string const& user, message const& m) {
  auto const answer = base::run_shell(t.command, {{"MAILRIG_USER", user}}, m.octets);
  if (!answer) return base::fault{0, "delivery", answer.error().text};
  if (answer->status != 0) return base::fault{0, "delivery", answer->how_it_failed()};
  return {};
}

/// For one message, however many replies it takes, and in however many pieces they come.
base::duration patience_for(std::size_t octets) {
  return std::chrono::seconds(10) + std::chrono::seconds(octets >> 20);
}

}  // namespace

struct deliveries::line {
  /// Keeps what the server says until somebody asks.
  struct reply_sink final : net::connection_sink {
    std::string said;
    bool ended = false;
    void on_octets(std::string_view o) override { said += o; }
    void on_end(net::end_cause, std::string_view) override { ended = true; }
  };

  line(net::loop& l, target const& t) : connection(net::connection::dial(l, t.lmtp, server)) {}
  reply_sink server;
  std::unique_ptr<net::connection> connection;
  session::lmtp machine;
};

deliveries::deliveries(net::loop& l, target const& t) : loop_(l), target_(t) {}

deliveries::~deliveries() {
  if (line_ && line_->connection->is_open()) line_->connection->send("QUIT\r\n");
}

base::result<void> deliveries::deliver(std::string const& user, message const& m) {
  if (target_.how != delivery::lmtp) return by_command(target_, user, m);
  if (!line_) line_ = std::make_unique<line>(loop_, target_);
  auto& server = line_->server;
  line_->machine.deliver(user, m.octets);
  auto const until = loop_.now() + patience_for(m.octets.size());
  for (;;) {
    switch (auto const action = line_->machine.next(); action.kind) {
      case session::lmtp_action::send: line_->connection->send(action.text); break;
      case session::lmtp_action::delivered: return {};
      case session::lmtp_action::failed: return base::fault{0, "LMTP", action.text};
      case session::lmtp_action::wait: {
        // A signal wakes no loop.
        auto const next = std::min(until, loop_.now() + std::chrono::milliseconds(100));
        loop_.run_until([&] { return !server.said.empty() || server.ended; }, next);
        if (base::run_end::flag()) return base::fault{0, "LMTP", base::end_words()};
        if (loop_.now() >= until) return base::fault{0, "LMTP", line_->machine.awaited()};
        if (server.said.empty() && server.ended) return base::fault{0, "LMTP", "the server ends the connection"};
        line_->machine.see(std::exchange(server.said, {}));
      }
    }
  }
}

base::result<void> deliver(net::loop& l, target const& t, std::string const& user, message const& m) {
  return deliveries(l, t).deliver(user, m);
}

}  // namespace mailrig::scenario
