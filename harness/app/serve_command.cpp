// serve_command: `mailrig serve`: the embedded server by itself.
#include <fmt/format.h>

#include <iostream>
#include <tuple>

#include "app/command.hpp"
#include "app/command_options.hpp"
#include "app/exit_code.hpp"
#include "app/interrupts.hpp"
#include "app/listen_address.hpp"
#include "app/serve_refusals.hpp"
#include "base/text.hpp"
#include "embedded/server.hpp"

namespace mailrig::app::serve_command {
namespace {

struct serve_options {
  std::string defect, imap = ":0", imaps = ":0", pop3 = ":0", pop3s = ":0", pattern = "u%d", password = "secret", delay;
  std::vector<std::string> latitudes;
  unsigned accounts = 64;
  serve_refusals refusals;
};

int run_serve(serve_options const& o) {
  embedded::server_options options;
  options.defect = o.defect;
  options.latitudes = o.latitudes;
  options.pattern = o.pattern;
  options.count = o.accounts;
  options.password = o.password;
  std::tuple<char const*, std::string const*, std::uint16_t*> const ports[] = {{"--imap", &o.imap, &options.imap},
                                                                               {"--imaps", &o.imaps, &options.imaps},
                                                                               {"--pop3", &o.pop3, &options.pop3},
                                                                               {"--pop3s", &o.pop3s, &options.pop3s}};
  std::string host;
  for (auto const& [option, text, to] : ports) {
    auto const at = read_listen_address(option, *text);
    if (!at) return complain(at.error().text);
    *to = at->port;
    if (text->starts_with(':')) continue;  // whatever the others say
    if (!host.empty() && host != at->host)
      return complain(fmt::format("{}: all listen on one address, which is {} already", option, host));
    host = at->host;
  }
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
  std::cout << fmt::format(
                   "imap://{0}:{1}\nimaps://{0}:{2}\npop3://{0}:{3}\npop3s://{0}:{4}\naccounts u1..u{5}, certificate "
                   "sha256:{6}\n",
                   options.host.find(':') == std::string::npos ? options.host : '[' + options.host + ']',
                   (*server)->imap_port(), (*server)->imaps_port(), (*server)->pop3_port(), (*server)->pop3s_port(),
                   o.accounts, (*server)->pin())
            << std::flush;
  if (!std::cout.good()) return inconclusive;  // nobody has learnt where it listens
  interrupted.wait(false);
  return clean;
}

void declare(options& c, invocation& to) {
  auto o = std::make_shared<serve_options>();
  add_embedded(c, o->defect, o->latitudes);
  c.add_option("--imap", o->imap, ":port or host:port on loopback; :0 takes a free one").shows_default();
  c.add_option("--imaps", o->imaps, "the same with TLS from the start").shows_default();
  c.add_option("--pop3", o->pop3, ":port or host:port on loopback").shows_default();
  c.add_option("--pop3s", o->pop3s, "the same with TLS from the start").shows_default();
  c.add_option("--accounts", o->accounts, "how many: u1, u2, ...").within(1, 100000).shows_default();
  c.add_option("--password", o->password, "of all of them").shows_default();
  c.add_option("--delay", o->delay, "lets everything a client says wait: 5ms, or evenly drawn from 5ms..50ms");
  o->refusals.declare(c);
  c.footer("Example:\n  mailrig serve --imap :1143 --pop3 :1110 --defect expunge-during-fetch");
  acts(c, to, o, run_serve);
}

command const this_command{"serve", 120, "Runs the embedded server alone until interrupted", declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::serve_command
