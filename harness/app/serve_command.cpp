// serve_command: `mailrig serve`: the embedded server by itself.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <tuple>
#include <vector>

#include "app/command.hpp"
#include "app/command_options.hpp"
#include "app/exit_code.hpp"
#include "app/interrupts.hpp"
#include "app/listen_address.hpp"
#include "app/serve_refusals.hpp"
#include "embedded/server.hpp"
#include "net/host_and_port.hpp"

namespace mailrig::app::serve_command {
namespace {

struct serve_options {
  std::string defect, pattern = "u%d", password = "secret", delay;
  std::vector<std::string> latitudes, imap{":0"}, imaps{":0"}, pop3{":0"}, pop3s{":0"};
  unsigned accounts = 64;
  std::uint64_t quota = 0;
  serve_refusals refusals;
};

using front_end = embedded::server_options::front_end;

/// Where each front end listens: as many as some option names. Those that an option does not name take a free port.
base::result<std::vector<front_end>> read_fronts(serve_options const& o, std::string& host) {
  std::tuple<char const*, std::vector<std::string> const*, std::uint16_t front_end::*> const doors[] = {
      {"--imap", &o.imap, &front_end::imap},
      {"--imaps", &o.imaps, &front_end::imaps},
      {"--pop3", &o.pop3, &front_end::pop3},
      {"--pop3s", &o.pop3s, &front_end::pop3s}};
  std::vector<front_end> out(1);
  for (auto const& [option, texts, to] : doors) {
    out.resize(std::max(out.size(), texts->size()));
    for (std::size_t front = 0; front < texts->size(); ++front) {
      auto const& text = (*texts)[front];
      auto const at = read_listen_address(option, text);
      if (!at) return at.error();
      out[front].*to = at->port;
      if (text.starts_with(':')) continue;  // whatever the others say
      if (!host.empty() && host != at->host)
        return base::fault{0, option, fmt::format("{}: all listen on one address, which is {} already", option, host)};
      host = at->host;
    }
  }
  return out;
}

int run_serve(serve_options const& o) {
  embedded::server_options options;
  options.defect = o.defect;
  options.latitudes = o.latitudes;
  options.pattern = o.pattern;
  options.count = o.accounts;
  options.quota = o.quota;
  options.password = o.password;
  std::string host;
  auto const fronts = read_fronts(o, host);
  if (!fronts) return complain(fronts.error().text);
  auto const& first = fronts->front();
  options.imap = first.imap, options.imaps = first.imaps, options.pop3 = first.pop3, options.pop3s = first.pop3s;
  options.more_fronts.assign(fronts->begin() + 1, fronts->end());
  if (!host.empty()) options.host = host;
  if (!o.delay.empty()) {
    auto const dots = o.delay.find("..");
    auto const low = base::read_duration(std::string_view(o.delay).substr(0, dots));
    auto const high = dots == o.delay.npos ? low : base::read_duration(std::string_view(o.delay).substr(dots + 2));
    if (!low || !high || *high < *low)
      return complain(fmt::format("--delay is like 5ms or 5ms..50ms, not '{}'", o.delay));
    options.delay = {*low, *high};
  }
  auto const refusals = o.refusals.read();
  if (!refusals) return complain(refusals.error().text);
  options.refusals = *refusals;
  auto const& interrupted = catch_interrupts();
  auto const server = embedded::server::start(options);
  if (!server) return complain(fmt::format("{}: {}", server.error().rule, server.error().text));
  auto const at = [&](std::uint16_t port) { return net::host_and_port(options.host, port); };
  for (std::size_t front = 0; front < fronts->size(); ++front)
    std::cout << fmt::format("imap://{}\nimaps://{}\npop3://{}\npop3s://{}\n", at((*server)->imap_port(front)),
                             at((*server)->imaps_port(front)), at((*server)->pop3_port(front)),
                             at((*server)->pop3s_port(front)));
  std::cout << fmt::format("accounts u1..u{}, certificate sha256:{}\n", o.accounts, (*server)->pin()) << std::flush;
  if (!std::cout.good()) return inconclusive;  // nobody has learnt where it listens
  interrupted.wait(false);
  return clean;
}

void declare(options& c, invocation& to) {
  auto o = std::make_shared<serve_options>();
  add_embedded(c, o->defect, o->latitudes);
  c.add_option("--imap", o->imap,
               ":port or host:port on loopback; :0, or nothing said, takes a free one. Again: of another front end "
               "with the same mail")
      .one_at_a_time();
  c.add_option("--imaps", o->imaps, "the same with TLS from the start").one_at_a_time();
  c.add_option("--pop3", o->pop3, ":port or host:port on loopback").one_at_a_time();
  c.add_option("--pop3s", o->pop3s, "the same with TLS from the start").one_at_a_time();
  c.add_option("--accounts", o->accounts, "how many: u1, u2, ...").within(1, 100000).shows_default();
  c.add_option("--quota", o->quota, "octets of each account, e.g. 2G, all in memory; 8 MiB without it").octets();
  c.add_option("--password", o->password, "of all of them").shows_default();
  c.add_option("--delay", o->delay, "lets everything a client says wait: 5ms, or evenly drawn from 5ms..50ms");
  o->refusals.declare(c);
  c.footer(
      "Example:\n  mailrig serve --imap :1143 --pop3 :1110 --defect expunge-during-fetch\n  mailrig serve "
      "--imap :1143 --imap :1144 --defect replica-lags");
  acts(c, to, o, run_serve);
}

command const this_command{"serve", 120, "Runs the embedded server alone until interrupted", declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::serve_command
