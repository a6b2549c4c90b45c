// What a report says of the circumstances: the network in words, the login's mechanism from what a client said.
#include "load/environment.hpp"

#include <gtest/gtest.h>

namespace mailrig::load::environment_test {

TEST(ServerIdentity, TheMechanismIsReadFromWhatTheClientSaid) {
  using history::protocol;
  struct row {
    protocol proto;
    char const *line, *known, *mechanism;
  };
  row const rows[] = {
      {protocol::imap, "L1 LOGIN u1 HIDDENSECRET\r", "", "LOGIN"},
      {protocol::imap, "L2 authenticate scram-sha-256 AAAA\r", "", "SASL SCRAM-SHA-256"},
      {protocol::imap, "L2 AUTHENTICATE PLAIN\r", "", "SASL PLAIN"},
      {protocol::imap, "HIDDENSECRET\r", "SASL PLAIN", "SASL PLAIN"},
      {protocol::imap, "L3 CAPABILITY\r", "", ""},
      {protocol::pop3, "USER u1\r", "", ""},
      {protocol::pop3, "PASS HIDDENSECRET\r", "", "USER/PASS"},
      {protocol::pop3, "APOP u1 HIDDENSECRET\r", "", "APOP"},
      {protocol::pop3, "AUTH CRAM-MD5\r", "", "SASL CRAM-MD5"},
      {protocol::pop3, "AUTH\r", "", ""},
      {protocol::pop3, "", "APOP", "APOP"},
  };
  for (auto const& r : rows) EXPECT_EQ(mechanism_said(r.proto, r.line, r.known), r.mechanism) << r.line;
}

TEST(Environment, TheNetworkIsToldInWords) {
  using namespace std::chrono_literals;
  profile who;
  scenario::target where;
  plan p;
  p.who = &who;
  p.where = &where;
  where.imap = session::access{{"127.0.0.1", 143}, false, false};
  EXPECT_EQ(network_of(p), "loopback");
  where.imap->at.host = "192.0.2.7";
  where.imap->at.proxy = net::proxy_form::v2;
  who.devices.emplace_back();
  who.devices[0].name = "phone";
  who.devices[0].link = {400'000, 0, 60ms};
  EXPECT_EQ(
      network_of(p),
      "a network, to 192.0.2.7; with a PROXY header (version 2); phone on a line of 400 kB down, any up a second, "
      "60.0 ms each way");
}

TEST(Environment, OnlyWhatThereIsIsAFact) {
  environment e;
  e.version = "1", e.cores = 4;
  e.server.push_back({"imap", "* OK hi", "", "", "LOGIN", ""});
  std::vector<std::string> names;
  auto const facts = e.facts();
  for (auto const& [name, value] : facts) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"mailrig", "machine", "imap.greeting", "imap.tls", "imap.login"}));
}

}  // namespace mailrig::load::environment_test
