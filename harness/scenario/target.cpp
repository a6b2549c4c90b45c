// target: see target.hpp.
#include "scenario/target.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "net/network_address.hpp"
#include "scenario/server_url.hpp"
#include "scenario/tls_section.hpp"
#include "session/sasl/mechanism.hpp"

namespace mailrig::scenario {
namespace {

/// Another endpoint, called as its URL says or else by its place; what is wrong with its name.
std::string add_endpoint(session::endpoint_list& to, server_url const& url, session::access const& way) {
  auto const name = url.name.empty() ? session::usual_endpoint_name(to.all.size()) : url.name;
  if (to.find(name)) return fmt::format("two endpoints are called '{}'", name);
  to.all.push_back({name, way, url.weight.value_or(1)});
  return {};
}

class target_reader {
 public:
  explicit target_reader(toml_table root) : root_(std::move(root)) {}

  target read() {
    target t;
    t.name = root_.text("name", "what reports call it", root_.file().stem().string());
    remote_ = root_.flag("remote", "it is on another machine, is yours, and may be tested");
    t.prefix = root_.text("prefix", "put before the names of mailboxes that are made, instead of NAMESPACE's", "");
    t.baseline = root_.path("baseline", "file of known failures, used when the command line names none");
    t.latitude = root_.texts("latitude", "tags of scenarios that are skipped: `mailrig list scenarios` shows them");
    endpoints("imap", "starttls", t.imap, t.imap_endpoints);
    endpoints("pop3", "stls", t.pop3, t.pop3_endpoints);
    if (!root_.has("imap") && !root_.has("pop3")) root_.wrong("", "a target needs [imap] or [pop3], each with a url");
    t.tls = read_tls(root_.table("tls", "how TLS is spoken, and whom it trusts"));
    t.accounts = read_accounts(root_.table("accounts", "users of the server that are ours"), t.tokens);
    auth(t);
    tokens(t);
    odd(t);
    deliver(t);
    return t;
  }

 private:
  bool may_reach(net::endpoint& at) const {
    at.remote = remote_;
    return remote_ || net::is_loopback(at.host);
  }

  void endpoints(std::string const& service, char const* upgrade, std::optional<session::access>& first,
                 session::endpoint_list& all) {
    auto t = root_.table(service, "how " + base::to_upper(service) + " is reached");
    auto const urls = t.texts(
        "url", fmt::format("{0}://host:port, or {0}s:// for TLS from the start; several are endpoints with the same "
                           "mail: [\"{0}://one:143?name=a\", \"{0}://two:143?name=b&weight=3\"]",
                           service));
    auto const policy = t.choice("policy", "which of several endpoints is connected to: per-user and per-device last",
                                 session::endpoint_policies());
    auto const moves_on =
        t.flag("failover", "with any policy: who cannot connect to an endpoint goes to the next, as with \"failover\"");
    auto const upgrades = t.flag(upgrade, "TLS by " + base::to_upper(upgrade));
    auto const proxy = t.choice("proxy", "PROXY header before all else", {"none", "v1", "v2"});
    auto const clients =
        t.text("clients", "network of the users' addresses, e.g. \"10.20.0.0/16\": each has its own", "");
    auto const forwards = t.flag("forward", "say the user's address by ID (IMAP) or XCLIENT (POP3) before logging in");
    if (!root_.has(service)) return;
    if (urls.empty()) return t.wrong("url", fmt::format("[{0}] needs url = \"{0}://host:port\"", service));
    all.policy = *session::endpoint_policy_named(policy);
    all.moves_on = moves_on;
    for (auto const& url : urls) {
      auto const read = read_server_url(url);
      if (!read) return t.wrong("url", read.error().text);
      if (read->at.service != service) return t.wrong("url", fmt::format("'{}' is not {}'s", url, service));
      session::access a{.at = read->at, .implicit_tls = read->implicit_tls, .upgrade = upgrades || read->upgrade};
      if (a.upgrade && a.implicit_tls) t.wrong("url", "TLS from the start and STARTTLS exclude each other");
      if (!may_reach(a.at))
        t.wrong("url",
                fmt::format("{} is not this machine; say remote = true if you run it and may test it", a.at.host));
      a.at.proxy = proxy == "v1" ? net::proxy_form::v1 : proxy == "v2" ? net::proxy_form::v2 : net::proxy_form::none;
      a.clients = clients;
      a.forwards = forwards;
      if (auto const taken = add_endpoint(all, *read, a); !taken.empty()) t.wrong("url", taken);
    }
    if (all.all.size() < 2 && (policy != "first" || moves_on))
      t.wrong(policy != "first" ? "policy" : "failover", "it chooses among several endpoints, and url names one");
    if (!clients.empty() && !net::address_within(clients, 0))
      t.wrong("clients", fmt::format("'{}' is no network with room: 10.20.0.0/16, 2001:db8::/64", clients));
    if (clients.empty() && (proxy != "none" || forwards))
      t.wrong("", "proxy and forward need clients = \"10.20.0.0/16\": whose addresses are named");
    first = all.all.front().way;
  }

  void auth(target& t) {
    auto a = root_.table("auth", "how it is logged in");
    auto const mechanism = [&a](char const* key, char const* plain, std::string_view also) {
      auto said = a.text(key, fmt::format("{}, {}{}", plain, also, session::known_mechanisms()), "");
      if (base::iequals(said, plain)) said.clear();
      bool const known =
          said.empty() || session::find_mechanism(said) || (!also.empty() && base::iequals(said, "APOP"));
      if (!known) a.wrong(key, fmt::format("{} is {}, {}{}", key, plain, also, session::known_mechanisms()));
      return said;
    };
    t.imap_mechanism = mechanism("imap", "LOGIN", "");
    t.pop3_mechanism = mechanism("pop3", "USER", "APOP, ");
  }

  /// LOGIN and USER take no token.
  void tokens(target const& t) {
    auto const takes = [](std::string const& mechanism) {
      auto const* m = session::find_mechanism(mechanism);
      return m && m->takes_token;
    };
    for (auto const& [service, mechanism] : {std::pair(t.imap ? "imap" : nullptr, &t.imap_mechanism),
                                             std::pair(t.pop3 ? "pop3" : nullptr, &t.pop3_mechanism)})
      for (auto const& a : t.accounts)
        if (service && a.tokens && !takes(a.mechanism.empty() ? *mechanism : a.mechanism))
          return root_.wrong(
              "",
              fmt::format("token_command needs [auth] {} = \"OAUTHBEARER\" or another that takes a token", service));
  }

  void odd(target& t) {
    for (auto& one : root_.tables("odd", "accounts whose name or password is of a kind that few clients try")) {
      auto const name = one.text("name", "as scenarios call it: \"password-blanks\"", "");
      auto const user = one.text("user", "its name at login", "");
      auto const secret = read_password(one);
      if (name.empty() || user.empty())
        one.wrong("", "[[odd]] has a name (e.g. \"password-blanks\"), a user and a password");
      t.odd.push_back({name, {user, secret, {}}});
    }
  }

  void deliver(target& t) {
    auto d = root_.table("delivery", "how mail gets in, if not by APPEND");
    auto const lmtp = d.text("lmtp", "host:port of LMTP");
    auto const command = d.text("command", "run by sh with $MAILRIG_USER set and the message on its input");
    if (!root_.has("delivery") && !root_.has("imap") && root_.has("pop3"))
      root_.wrong("", "without [imap], [delivery] must say how mail gets in: lmtp or command");
    if (lmtp) {
      auto const read = read_server_url("lmtp://" + *lmtp);
      if (!read) return d.wrong("lmtp", "lmtp is \"host:port\"");
      t.how = delivery::lmtp;
      t.lmtp = read->at;
      if (!may_reach(t.lmtp)) d.wrong("lmtp", "LMTP goes to this machine only, unless remote = true");
    }
    if (command) {
      t.how = delivery::command;
      t.command = *command;
    }
  }

  toml_table root_;
  bool remote_ = false;
};

}  // namespace

void keep_secret(target const& t) {
  auto& known = base::known_secrets();
  auto const add = [&](session::credentials const& c) {
    known.add(c.password, c.user);
    known.add(c.token, c.user);
  };
  for (auto const& a : t.accounts) add(a);
  for (auto const& o : t.odd) add(o.who);
}

std::string passwords_in_the_open(target const& t) {
  std::vector<std::string> users;
  auto const look = [&](session::credentials const& c) {
    if (!c.password.empty() && !base::can_be_hidden(c.password, c.user)) users.push_back(c.user);
  };
  for (auto const& a : t.accounts) look(a);
  for (auto const& o : t.odd) look(o.who);
  if (t.ours || users.empty()) return {};
  return fmt::format(
      "WARNING: the password of {}{} cannot be told from other text, and is NOT HIDDEN where a server says it back: it "
      "is shorter than 5 octets, a number, the user's name or a word of the protocol; give mailrig accounts passwords "
      "of 6 octets or more, of letters and digits",
      users.front(), users.size() > 1 ? fmt::format(" and of {} more", users.size() - 1) : "");
}

base::result<target> read_target(std::filesystem::path const& file) {
  auto const root = toml_table::read(file, "target");
  if (!root) return root.error();
  auto t = target_reader(*root).read();
  keep_secret(t);
  if (auto bad = root->mistake()) return *bad;
  return t;
}

session::access const& target::way(history::protocol p, std::size_t endpoint) const {
  auto const& list = endpoints(p).all;
  if (list.empty()) return p == history::protocol::imap ? *imap : *pop3;
  return list[std::min(endpoint, list.size() - 1)].way;
}

std::optional<std::size_t> target::endpoint_named(history::protocol p, std::string_view name) const {
  auto const& list = endpoints(p);
  if (list.all.empty()) return name == session::usual_endpoint_name(0) ? std::optional<std::size_t>(0) : std::nullopt;
  return list.find(name);
}

namespace {

/// What one URL of a command line says, where it may be reached.
base::result<server_url> url_of_command_line(std::string_view url) {
  auto const read = read_server_url(url);
  if (!read) return read.error();
  if (read->user.empty())
    return base::fault{0, "url", fmt::format("'{}' lacks whom to log in: imaps://user@host", url)};
  if (read->at.service == "lmtp") return base::fault{0, "url", "LMTP has no mailboxes to judge"};
  if (!read->remote && !net::is_loopback(read->at.host))
    return base::fault{
        0, "url",
        fmt::format("{} is not this machine; ?remote after it says that you run it and may test it", read->at.host)};
  return read;
}

}  // namespace

base::result<target> target_at(std::string_view urls) {
  target t;
  auto const each = several_urls(urls);
  for (auto const url : each) {
    auto const read = url_of_command_line(url);
    if (!read) return read.error();
    if (!t.accounts.empty() && t.accounts.front().user != read->user)
      return base::fault{0, "url",
                         fmt::format("the endpoints of one target have one user, and not {} and {}",
                                     t.accounts.front().user, read->user)};
    bool const imap = read->at.service == "imap";
    session::access a{.at = read->at, .implicit_tls = read->implicit_tls, .upgrade = read->upgrade};
    a.at.remote = read->remote;
    if (auto const taken = add_endpoint(imap ? t.imap_endpoints : t.pop3_endpoints, *read, a); !taken.empty())
      return base::fault{0, "url", taken};
    auto& first = imap ? t.imap : t.pop3;
    if (!first) first = a;
    if (t.accounts.empty()) t.name = read->at.host, t.accounts.push_back({read->user, {}, {}});
  }
  return t;
}

std::vector<toml_key> target_keys() {
  auto const nothing = toml_table::asked();
  (void)target_reader(nothing).read();
  return nothing.keys_asked();
}

}  // namespace mailrig::scenario
