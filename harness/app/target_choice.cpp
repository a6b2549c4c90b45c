// target_choice: see target_choice.hpp.
#include "app/target_choice.hpp"

#include <fmt/format.h>

#include <array>
#include <iostream>
#include <mutex>

#include "app/data.hpp"
#include "app/password.hpp"
#include "base/file.hpp"
#include "base/must.hpp"
#include "base/scratch_folder.hpp"
#include "base/shell_word.hpp"
#include "embedded/server.hpp"
#include "scenario/own_mail.hpp"
#include "scenario/server_process.hpp"
#include "scenario/server_url.hpp"

namespace mailrig::app {
namespace {

/// One oddity each; those of real servers' descriptions are called so too.
scenario::odd_account const odd_accounts[] = {
    {"password-blanks", {"blanks", "two  blanks and\ta tab ", {}}},
    {"password-quotes", {"quotes", R"(say"hi" \to\\ ')", {}}},
    {"password-specials", {"specials", "%u{0}*(a)]&+~NIL%", {}}},
    {"password-utf8", {"utf8", "p\xc3\xa4ssw\xc3\xb6rd \xe2\x82\xac", {}}},
    {"password-latin1", {"latin1", "p\xe4ssw\xf6rd", {}}},
    {"user-blanks", {"a user with blanks", "secret", {}}},
    {"user-quotes", {R"(o"dd\user)", "secret", {}}},
    {"user-specials", {"%u{3}*(x)&", "secret", {}}},
    {"user-utf8", {"j\xc3\xb6rg", "secret", {}}},
};

/// The two front ends of the embedded server, which have the same mail: "a" and "b".
void set_endpoints(scenario::target& t, std::string const& host, std::array<std::uint16_t, 2> const& imap,
                   std::array<std::uint16_t, 2> const& pop3) {
  for (std::size_t front = 0; front < imap.size(); ++front) {
    auto const name = session::usual_endpoint_name(front);
    t.imap_endpoints.all.push_back({name, session::access{{host, imap[front]}, false, false}});
    t.pop3_endpoints.all.push_back({name, session::access{{host, pop3[front]}, false, false}});
  }
  t.imap = t.imap_endpoints.all.front().way;
  t.pop3 = t.pop3_endpoints.all.front().way;
}

base::result<scenario::target> embedded_target(target_choice const& o) {
  embedded::server_options server;
  server.defect = o.defect;
  server.latitudes = o.latitudes;
  server.count = unsigned(o.accounts);
  server.more_fronts.resize(1);
  server.quota = o.quota;
  for (auto const& a : odd_accounts) server.more.emplace_back(a.who.user, a.who.password);
  auto started = embedded::server::start(server);
  if (!started) return started.error();
  std::shared_ptr<embedded::server> const running(started->release(), [out = o.firings](embedded::server* s) {
    s->stop();
    if (out) *out = s->firings();
    delete s;
  });
  scenario::target t;
  t.name = "embedded";
  t.version = MAILRIG_VERSION;
  set_endpoints(t, "127.0.0.1", {running->imap_port(0), running->imap_port(1)},
                {running->pop3_port(0), running->pop3_port(1)});
  t.tls.pins = {running->pin()};
  for (std::size_t i = 1; i <= o.accounts; ++i) t.accounts.push_back({fmt::format("u{}", i), "secret", {}});
  t.odd.assign(std::begin(odd_accounts), std::end(odd_accounts));
  t.ours = true;
  t.keeper = running;
  return t;
}

/// A server of its own for each play: nothing of an earlier one is left, and nothing depends on time.
base::result<scenario::target> simulated_target(target_choice const& o) {
  embedded::server_options options;
  options.defect = o.defect;
  options.latitudes = o.latitudes;
  options.count = unsigned(o.accounts);
  options.more_fronts.resize(1);
  options.quota = o.quota;
  {
    net::loop l(net::loop::time::simulated);
    if (auto const tried = embedded::server::inside(l, options); !tried) return tried.error();
  }
  scenario::target t;
  t.name = "embedded";
  t.version = MAILRIG_VERSION;
  set_endpoints(t, "memory", {1, 3}, {2, 4});
  for (std::size_t i = 1; i <= o.accounts; ++i) t.accounts.push_back({fmt::format("u{}", i), "secret", {}});
  t.ours = true;
  t.simulate = [options, all = o.firings, lock = std::make_shared<std::mutex>()](
                   net::loop& l, scenario::server_power& power) -> std::shared_ptr<void> {
    auto started = embedded::server::inside(l, options);
    MAILRIG_MUST(started);
    std::shared_ptr<embedded::server> const running(started->release(), [all, lock](embedded::server* s) {
      if (all) {
        std::lock_guard const guard(*lock);
        for (auto const& [name, times] : s->firings()) (*all)[name] += times;
      }
      delete s;
    });
    power.kill = [s = running.get()] { s->crash(); };
    power.freeze = [s = running.get()](bool stopped) { s->freeze(stopped); };
    return running;
  };
  return t;
}

}  // namespace

std::string spelled(std::string const& defect, std::vector<std::string> const& latitudes) {
  auto out = defect.empty() ? "" : " --defect " + base::shell_word(defect);
  for (auto const& l : latitudes) out += " --latitude " + base::shell_word(l);
  return out + spelled_data();
}

namespace {

/// The URL or target file that a name stands for; empty where it names no server that runs already.
std::string url_or_file(std::string const& name) {
  if (scenario::looks_like_url(name) || base::names_a_file(name)) return name;
  for (auto const& file : data().targets())
    if (file.stem() == name) return file.string();
  return {};
}

/// Certificates that cannot be read are the command line's fault, and no server's.
base::result<scenario::target> usable(base::result<scenario::target> t) {
  if (!t) return t;
  if (auto const trust = net::tls_context::client(t->tls); !trust)
    return base::fault{0, trust.error().rule, fmt::format("{}: {}", trust.error().rule, trust.error().text)};
  return t;
}

base::result<scenario::target> running_server(std::string const& where) {
  if (!scenario::looks_like_url(where)) return usable(scenario::read_target(where));
  auto out = scenario::target_at(where);
  if (!out) return base::fault{0, "--target", out.error().text};
  auto& account = out->accounts.front();
  auto const password = find_password(fmt::format("Password of {} at {}", account.user, out->name));
  if (!password) return password.error();
  account.password = *password;
  scenario::keep_secret(*out);
  return out;
}

}  // namespace

bool is_running_server(std::string const& name) { return !url_or_file(name).empty(); }

namespace {

base::result<scenario::target> found(target_choice const& o) {
  if (o.name == "embedded") return o.simulated ? simulated_target(o) : embedded_target(o);
  if (!o.defect.empty()) return base::fault{0, "--defect", "defects are the embedded server's; leave --target out"};
  if (!o.latitudes.empty())
    return base::fault{0, "--latitude", "latitudes are the embedded server's; leave --target out"};
  if (auto const where = url_or_file(o.name); !where.empty()) return running_server(where);
  std::string names = "embedded";
  for (auto const& file : data().targets()) names += ", " + file.stem().string();
  auto const servers = data().servers();
  for (auto const& d : servers) {
    if (d.name == o.name) return scenario::start_server(d, o.accounts);
    names += ", " + d.name;
  }
  return base::fault{
      0, "--target",
      fmt::format("'{}' is neither a file, nor a URL (imaps://user@host), nor one of: {}", o.name, names)};
}

}  // namespace

base::result<scenario::target> find_target(target_choice const& o) {
  // What runs that were killed left here goes before another begins.
  static std::once_flag once;
  std::call_once(once, [] {
    base::sweep_scratch_folders();
    scenario::use_own_mail(data().mail());
  });
  auto const out = found(o);
  static std::once_flag warned;
  if (auto const open = out ? scenario::passwords_in_the_open(*out) : std::string(); !open.empty())
    std::call_once(warned, [&] { std::cerr << "mailrig: " << open << std::endl; });
  return out;
}

}  // namespace mailrig::app
