// case_server: see case_server.hpp.
#include "play/case_server.hpp"

#include <fmt/format.h>

#include "base/file.hpp"

namespace mailrig::play {
namespace {

using history::protocol;

constexpr auto moment = std::chrono::milliseconds(5);
/// What a client that has ended said last is heard within that time, on one machine.
constexpr auto last_words = std::chrono::milliseconds(60);

}  // namespace

case_server::case_server(client_case const& c, scenario::mailroom const& mail, std::filesystem::path folder,
                         history::catalogue const& requirements)
    : case_(c),
      room_(mail),
      folder_(std::move(folder)),
      kept_(folder_ / "trace", {{"target", "embedded"}, {"scenario", c.id}}, {}, requirements, {},
            [](std::string const&, history::finding const&) {}) {}

case_server::~case_server() = default;

base::result<std::unique_ptr<case_server>> case_server::start(client_case const& c, scenario::mailroom const& mail,
                                                              std::filesystem::path const& folder,
                                                              history::catalogue const& requirements) {
  std::unique_ptr<case_server> out(new case_server(c, mail, folder, requirements));
  embedded::server_options o;
  o.count = 1;
  o.defect = c.defect;
  o.latitudes = c.latitudes;
  auto server = embedded::server::start(o);
  if (!server) return server.error();
  out->server_ = std::move(*server);
  out->inbox_.emplace(*out->server_, mail);
  if (auto const done = out->inbox_->put(c.mail); !done) return done.error();
  if (auto const done = out->open_doors(); !done) return done.error();
  return out;
}

base::result<void> case_server::open_doors() {
  auto trust = net::tls_context::client({.pins = {server_->pin()}});
  if (!trust) return trust.error();
  trust_ = std::move(*trust);
  if (auto const done = base::write_file(folder_ / "ca.pem", shown_certificates::authority()); !done)
    return done.error();
  auto const shown = certificates_.of(case_.certificate);
  if (!shown) return shown.error();
  epoch_ = loop_.now();
  if (!case_.parts.empty()) {
    host_ = std::make_unique<script_host>(case_.parts, case_.mail, loop_, kept_, room_, *inbox_, *trust_,
                                          back_ports{server_->imap_port(), server_->pop3_port()});
  } else {
    proxy_.emplace(loop_, kept_, 200, [](std::string const&) {});
  }
  for (auto const p : {protocol::imap, protocol::pop3})
    for (bool const implicit : {false, true}) {
      auto const port = open_door(p, implicit, **shown);
      if (!port) return port.error();
      ports_[{p, implicit}] = *port;
    }
  return {};
}

base::result<std::uint16_t> case_server::open_door(protocol p, bool implicit, net::tls_context const& shown) {
  net::endpoint const here{"127.0.0.1", 0};
  if (!host_) {
    auto const to = p == protocol::imap ? (implicit ? server_->imaps_port() : server_->imap_port())
                                        : (implicit ? server_->pop3s_port() : server_->pop3_port());
    session::access const where{{"127.0.0.1", to}, implicit, false};
    return proxy_->open({here, {p, implicit, where, &*trust_, &shown, epoch_}});
  }
  auto door = net::acceptor::listen(loop_, here, [this, p, implicit](std::unique_ptr<net::connection> client) {
    host_->admit(std::move(client), p, implicit);
  });
  if (!door) return door.error();
  doors_.push_back(std::move(*door));
  return doors_.back()->port();
}

std::uint16_t case_server::port(protocol p, bool implicit_tls) const { return ports_.at({p, implicit_tls}); }

void case_server::work() {
  loop_.run_until([] { return false; }, loop_.now() + moment);
}

void case_server::settle() {
  loop_.run_until([] { return false; }, loop_.now() + last_words);
}

}  // namespace mailrig::play
