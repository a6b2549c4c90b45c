// case_server: the server that a client is led to in a case: the embedded one behind a proxy that records what is said,
// with the case's mail in the inbox of u1.
#pragma once

#include <memory>

#include "play/client_case.hpp"
#include "play/inbox.hpp"
#include "play/script_host.hpp"
#include "record/proxy.hpp"
#include "scenario/mailroom.hpp"

namespace mailrig::play {

/// On the thread that made it, but for the embedded server's own.
class case_server {
 public:
  /// Traces go into `folder`/trace; `folder`/ca.pem is what a client must trust. Faults say what is wrong with the case
  /// or the machine.
  static base::result<std::unique_ptr<case_server>> start(client_case const& c, scenario::mailroom const& mail,
                                                          std::filesystem::path const& folder,
                                                          history::catalogue const& requirements);
  ~case_server();

  std::uint16_t port(history::protocol p, bool implicit_tls) const;
  /// Serves for a moment.
  void work();
  /// Serves until nothing more is heard of sessions that have ended.
  void settle();
  /// What came of the script; null: none is played.
  script_outcome const* script() const { return host_ ? &host_->outcome() : nullptr; }
  inbox& box() { return *inbox_; }

 private:
  case_server(client_case const& c, scenario::mailroom const& mail, std::filesystem::path folder,
              history::catalogue const& requirements);
  base::result<void> open_doors();
  base::result<std::uint16_t> open_door(history::protocol p, bool implicit, net::tls_context const& shown);

  client_case const& case_;
  scenario::mailroom const& room_;
  std::filesystem::path folder_;
  net::loop loop_;
  std::unique_ptr<embedded::server> server_;
  std::optional<inbox> inbox_;
  std::optional<net::tls_context> trust_;
  shown_certificates certificates_;
  record::recording kept_;
  base::instant epoch_{};
  std::optional<record::proxy> proxy_;
  std::unique_ptr<script_host> host_;
  std::vector<std::unique_ptr<net::acceptor>> doors_;  ///< of the host
  std::map<std::pair<history::protocol, bool>, std::uint16_t> ports_;
};

}  // namespace mailrig::play
