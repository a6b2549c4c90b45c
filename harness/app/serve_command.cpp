// serve_command: `mailrig serve`: the embedded server by itself.
#include <fmt/format.h>
#include <signal.h>

#include <iostream>

#include "app/commands.hpp"
#include "app/exit_code.hpp"
#include "base/text.hpp"
#include "embedded/server.hpp"

namespace mailrig::app {
namespace {

/// ":1143" or "127.0.0.1:1143".
base::result<std::uint16_t> read_port(std::string const& text, std::string& host) {
  auto const colon = text.rfind(':');
  auto const port = colon == text.npos ? std::nullopt : base::number(std::string_view(text).substr(colon + 1));
  if (!port || *port > 65535) return base::fault{0, "port", fmt::format("'{}' should be :port or host:port", text)};
  if (colon > 0) host = text.substr(0, colon);
  return std::uint16_t(*port);
}

}  // namespace

int run_serve(serve_options const& o) {
  embedded::server_options options;
  options.defect = o.defect;
  options.pattern = o.pattern;
  options.count = o.accounts;
  options.password = o.password;
  std::pair<std::string const*, std::uint16_t*> const ports[] = {
      {&o.imap, &options.imap}, {&o.imaps, &options.imaps}, {&o.pop3, &options.pop3}, {&o.pop3s, &options.pop3s}};
  for (auto const& [text, to] : ports) {
    auto const port = read_port(*text, options.host);
    if (!port) return complain(port.error().text);
    *to = *port;
  }
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  auto const server = embedded::server::start(options);
  if (!server) return complain(fmt::format("{}: {}", server.error().rule, server.error().text));
  std::cout << fmt::format(
                   "imap://{0}:{1}\nimaps://{0}:{2}\npop3://{0}:{3}\npop3s://{0}:{4}\naccounts u1..u{5}, certificate "
                   "sha256:{6}\n",
                   options.host, (*server)->imap_port(), (*server)->imaps_port(), (*server)->pop3_port(),
                   (*server)->pop3s_port(), o.accounts, (*server)->pin())
            << std::flush;
  int got = 0;
  sigwait(&ends, &got);
  return clean;
}

}  // namespace mailrig::app
