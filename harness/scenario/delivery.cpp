// delivery: see delivery.hpp.
#include "scenario/delivery.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/child_process.hpp"
#include "net/connection.hpp"
#include "session/lmtp.hpp"

namespace mailrig::scenario {
namespace {

base::result<void> by_command(target const& t, std::string const& user, message const& m) {
  auto const answer = base::run_shell(t.command, {{"MAILRIG_USER", user}}, m.octets);
  if (!answer) return base::fault{0, "delivery", answer.error().text};
  if (answer->status != 0)
    return base::fault{0, "delivery", fmt::format("the command ended with status {}", answer->status)};
  return {};
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
  for (;;) {
    switch (auto const action = line_->machine.next(); action.kind) {
      case session::lmtp_action::send: line_->connection->send(action.text); break;
      case session::lmtp_action::delivered: return {};
      case session::lmtp_action::failed: return base::fault{0, "LMTP", action.text};
      case session::lmtp_action::wait: {
        loop_.run_until([&] { return !server.said.empty() || server.ended; }, loop_.now() + std::chrono::seconds(10));
        if (server.said.empty())
          return base::fault{0, "LMTP", server.ended ? "the server ends the connection" : "no answer in ten seconds"};
        line_->machine.see(std::exchange(server.said, {}));
      }
    }
  }
}

base::result<void> deliver(net::loop& l, target const& t, std::string const& user, message const& m) {
  return deliveries(l, t).deliver(user, m);
}

}  // namespace mailrig::scenario
