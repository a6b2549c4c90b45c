// script_host: a script played for every client that comes: a session for each connection.
#pragma once

#include "play/script_session.hpp"

namespace mailrig::play {

/// Where what a script leaves free is answered.
struct back_ports {
  std::uint16_t imap = 0, pop3 = 0;
};

/// On the loop's thread.
class script_host {
 public:
  /// `declared`: the mail that parts call by its number; `bottle`: what a trace tells beside its parts. All must
  /// outlive it.
  script_host(std::vector<played_part> const& parts, std::vector<scenario::mail_declaration> const& declared,
              net::loop& l, record::recording& kept, scenario::mailroom const& mail, inbox& box,
              net::tls_context const& trust, back_ports back, bottle_store const* bottle = nullptr);
  /// A client has come. Where the script has several sessions of its protocol, the first connection gets the first,
  /// and so on; those that come beyond get the last. Closed where it has none.
  void admit(std::unique_ptr<net::connection> client, history::protocol p, bool secure);
  script_outcome const& outcome() const { return outcome_; }
  std::size_t open() const { return sessions_.size(); }
  shown_certificates& certificates() { return certificates_; }

 private:
  back_ports back_;
  shown_certificates certificates_;
  script_outcome outcome_;
  script_setting setting_;
  std::vector<played_part> const& parts_;
  std::map<history::protocol, std::size_t> came_;
  std::set<std::unique_ptr<script_session>> sessions_;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace mailrig::play
