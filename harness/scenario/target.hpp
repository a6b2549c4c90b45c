// target: the server that is judged: how to reach it, whose accounts to use, how mail gets in, what latitude it takes.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "history/event.hpp"
#include "net/tls.hpp"
#include "scenario/account_list.hpp"
#include "scenario/silent_commands.hpp"
#include "scenario/toml_table.hpp"
#include "session/channel.hpp"
#include "session/credentials.hpp"
#include "session/endpoint_list.hpp"
#include "session/login_pace.hpp"

namespace mailrig::scenario {

enum class delivery { append, lmtp, command };

/// What may be done to a server of ours while it runs; empty for others. Any thread.
struct server_power {
  std::function<void()> kill;        ///< as SIGKILL, then started again: back when it returns
  std::function<void(bool)> freeze;  ///< as SIGSTOP, and false as SIGCONT
};

/// An account whose name or password is of a kind that few clients try.
struct odd_account {
  std::string name;  ///< as scenarios call it: "password-blanks"
  session::credentials who;
};

struct target {
  std::string name, version;
  std::optional<session::access> imap, pop3;
  session::endpoint_list imap_endpoints, pop3_endpoints;  ///< all of them, `imap` and `pop3` first; empty: that one
  net::tls_options tls;
  std::vector<session::credentials> accounts;  ///< without mechanism
  std::optional<token_command> tokens;         ///< where the accounts' tokens come from, if not from themselves
  std::vector<odd_account> odd;                ///< for scenarios that ask for one by its name
  std::string imap_mechanism, pop3_mechanism;  ///< empty: LOGIN, USER/PASS
  std::string prefix;                          ///< put before the names of mailboxes that mailrig makes, e.g. "INBOX."
  delivery how = delivery::append;
  net::endpoint lmtp;
  std::string command;                ///< run by sh with $MAILRIG_USER set and the message on its input
  std::vector<std::string> latitude;  ///< tags of scenarios that are skipped
  std::filesystem::path baseline;     ///< used when none is given on the command line; may be empty
  bool ours = false;                  ///< started by us for this run: may be emptied
  std::shared_ptr<void> keeper;       ///< ends the server when the last copy goes
  /// Starts a server of ours again if it has died or does not greet any more; true when it was started. Empty for
  /// others. Any thread.
  std::function<bool()> revive;
  server_power power;
  /// When its maildrops may be logged in to again; shared by copies. Never null.
  std::shared_ptr<session::login_pace> pace = std::make_shared<session::login_pace>();
  /// What it has answered to nobody; shared by copies. Never null.
  std::shared_ptr<silent_commands> silences = std::make_shared<silent_commands>();
  /// Starts a fresh server within a simulated loop, to be reached at this target's addresses, and hands over the power;
  /// it lives as long as what is returned. Empty for servers with sockets.
  std::function<std::shared_ptr<void>(net::loop&, server_power&)> simulate;

  session::endpoint_list const& endpoints(history::protocol p) const {
    return p == history::protocol::imap ? imap_endpoints : pop3_endpoints;
  }
  /// How an endpoint is reached, by its place in the list. The target speaks that protocol.
  session::access const& way(history::protocol p, std::size_t endpoint) const;
  /// The place of the endpoint of that name; a target with one has an "a".
  std::optional<std::size_t> endpoint_named(history::protocol p, std::string_view name) const;
};

/// From here on what leaves this process has none of its passwords and tokens. Those of servers that mailrig starts are
/// no secrets: they stand in its sources, and end with the run.
void keep_secret(target const& t);
/// What is to be said of passwords that keep_secret() cannot hide wherever they stand; empty: there are none.
std::string passwords_in_the_open(target const& t);

/// A TOML file that describes a running server; its passwords are kept secret. The fault's text says where, what and
/// how to mend it.
base::result<target> read_target(std::filesystem::path const& file);
/// What a target file may say, in the order in which it is read.
std::vector<toml_key> target_keys();
/// A target of one account, "imaps://user@host", or several such URLs of one user with commas between them, which are
/// its endpoints; its password is still to be filled in.
base::result<target> target_at(std::string_view url);

}  // namespace mailrig::scenario
