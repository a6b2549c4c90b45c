// delivery: see delivery.hpp.
#include "scenario/delivery.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/child_process.hpp"
#include "net/connection.hpp"
#include "session/lmtp.hpp"

namespace mailrig::scenario {
namespace {

/// Keeps what the server says until somebody asks.
struct reply_sink final : net::connection_sink {
  std::string said;
  bool ended = false;
  void on_octets(std::string_view o) override { said += o; }
  void on_end(net::end_cause, std::string_view) override { ended = true; }
};

base::result<void> by_lmtp(net::loop& l, target const& t, std::string const& user, message const& m) {
  reply_sink server;
  auto const c = net::connection::dial(l, t.lmtp, server);
  session::lmtp machine;
  machine.deliver(user, m.octets);
  for (;;) {
    switch (auto const action = machine.next(); action.kind) {
      case session::lmtp_action::send: c->send(action.text); break;
      case session::lmtp_action::delivered: return c->send("QUIT\r\n"), base::result<void>();
      case session::lmtp_action::failed: return base::fault{0, "LMTP", action.text};
      case session::lmtp_action::wait: {
        l.run_until([&] { return !server.said.empty() || server.ended; }, l.now() + std::chrono::seconds(10));
        if (server.said.empty())
          return base::fault{0, "LMTP", server.ended ? "the server ends the connection" : "no answer in ten seconds"};
        machine.see(std::exchange(server.said, {}));
      }
    }
  }
}

base::result<void> by_command(target const& t, std::string const& user, message const& m) {
  auto const answer = base::run_shell(t.command, {{"MAILRIG_USER", user}}, m.octets);
  if (!answer) return base::fault{0, "delivery", answer.error().text};
  if (answer->status != 0)
    return base::fault{0, "delivery", fmt::format("the command ended with status {}", answer->status)};
  return {};
}

}  // namespace

base::result<void> deliver(net::loop& l, target const& t, std::string const& user, message const& m) {
  return t.how == delivery::lmtp ? by_lmtp(l, t, user, m) : by_command(t, user, m);
}

}  // namespace mailrig::scenario
