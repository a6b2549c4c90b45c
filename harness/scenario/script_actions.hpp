// script_actions: what a script has done besides sending commands: connections opened, closed and secured, octets that
// are no command, explorations, signals to the server's own process.
#pragma once

#include "scenario/script_context.hpp"

namespace mailrig::scenario {

class script_actions {
 public:
  explicit script_actions(script_context& c) : c_(c) {}

  /// Does what an operation of the kind `act` says; what stops the scenario, or nothing.
  std::optional<stop> take(operation const& o);

 private:
  std::optional<stop> begin_exchange(operation const& o, player& p);
  std::optional<stop> authenticate(operation const& o, player& p);
  std::optional<stop> log_in(operation const& o, player& p);
  std::optional<stop> on_open(operation const& o, player& p);
  void handle_server(operation const& o);
  std::optional<stop> explore(operation const& o, player& p);
  std::optional<stop> poll(operation const& o, player& p);
  std::optional<stop> upgrade(operation const& o, player& p);
  std::optional<stop> compress(operation const& o, player& p);
  std::optional<stop> octets(operation const& o, player& p);
  std::optional<stop> handshake(operation const& o, player& p);
  std::optional<stop> renegotiate(operation const& o, player& p);
  std::optional<stop> hello(operation const& o, player& p);
  std::optional<stop> time_logins(operation const& o, player& p);
  std::optional<stop> time_failures(operation const& o, player& p);
  bool is_secured(player& p);

  script_context& c_;
};

}  // namespace mailrig::scenario
