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
  who.devices[0].link.jitter = 20ms, who.devices[0].link.loss = 0.01;
  who.devices.emplace_back();
  who.devices[1].name = "desk";
  who.devices[1].failures.forget_idle = 5min, who.devices[1].failures.blackhole = 0.1;
  who.lines.tls_resume = 0.5;
  EXPECT_EQ(
      network_of(p),
      "a network, to 192.0.2.7; with a PROXY header (version 2); phone on a line of 400 kB down, any up a second, "
      "60.0 ms each way and up to 20.0 ms more, 1 % of segments lost; desk on a line of any speed, which forgets by "
      "silence who is silent for 5.00 min, 10 % of connections go dark after 60.0 s on average; 50 % of TLS "
      "connections "
      "resume an earlier session");
}

TEST(Environment, WhatLiesInTheAccountsIsWhatIsPutThere) {
  profile who;
  plan p;
  p.who = &who;
  p.users = 3;
  who.mailbox = 20;
  who.sizes = {10'000, 5'000, 1'000'000};
  EXPECT_EQ(mailboxes_of(p, false),
            "20 messages in each of 3 inboxes at the start, of 10 kB on average (median 5 kB, at most 1 MB)");
  EXPECT_EQ(mailboxes_of(p, true), "as they lay there");
  who.arrivals_per_day = 7;
  EXPECT_EQ(mailboxes_of(p, true),
            "as they lay there, 7 a day come for each user, of 10 kB on average (median 5 kB, at most 1 MB)");
  who.arrivals_per_day = 0;
  who.mailbox = 0;
  who.fill.emplace();
  who.fill->messages = 5000;
  who.fill->folders = {{"INBOX", 1, 0, 1}, {"Archive", 9, 2, 1}};
  who.fill->sizes = size_quantiles::constant(75'000);
  EXPECT_EQ(
      mailboxes_of(p, false),
      "5000 messages in 4 mailboxes of each of 3 accounts at the start, of 75 kB on average (median 75 kB, at most "
      "75 kB)");
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
