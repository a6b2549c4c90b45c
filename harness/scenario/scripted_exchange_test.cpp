// scripted_exchange_test: scripts that lead SASL exchanges, right and wrong in one place, against the embedded server
// and its defects.
#include <gtest/gtest.h>

#include "base/scratch_folder.hpp"
#include "embedded/server.hpp"
#include "scenario/runner.hpp"

namespace mailrig::scenario::scripted_exchange_test {
namespace {

history::scenario_result played(std::string const& body, char const* defect = "") {
  net::loop l(net::loop::time::simulated);
  embedded::server_options how;
  how.count = 2;
  how.defect = defect;
  auto const server = embedded::server::inside(l, how).value();
  auto const folder = base::scratch_folder::make("exchange").value();
  auto const s = read_script(
                     "title x\nproves RFC5802-5-03\nsessions a=imap/greeting b=imap/greeting d=pop3/greeting "
                     "m=imap@2/greeting\n\n" +
                         body,
                     "x.scn", "x")
                     .value();
  target t;
  t.name = "embedded";
  t.imap = session::access{{"memory", 1}, false, false, {}};
  t.pop3 = session::access{{"memory", 2}, false, false, {}};
  t.ours = true;
  auto const trust = net::tls_context::client({});
  runner_options o;
  o.box = "mailrig-exchange";
  o.second = second_user{{"u2", "secret", {}}, true};
  o.trust = &trust;
  o.may_empty = true;
  return run(l, t, {"u1", "secret", {}}, s, mailroom(folder.path()), o);
}

std::string lead(std::string const& words, std::string const& end) {
  return "a: authenticate " + words + "\na< " + end + "\n";
}

TEST(ScriptedExchange, EachMechanismIsLedToItsEnd) {
  for (auto const* name :
       {"CRAM-MD5", "LOGIN", "OAUTHBEARER", "PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2", "scram-sha-256"}) {
    EXPECT_EQ(played(lead(name, "OK")).outcome, history::verdict::pass) << name;
    EXPECT_EQ(played(lead(std::string(name) + " initial=yes", "OK")).outcome, history::verdict::pass) << name;
    EXPECT_EQ(played(lead(std::string(name) + " password=wrong", "NO")).outcome, history::verdict::pass) << name;
    auto const pop3 = std::string("d: authenticate ") + name;
    EXPECT_EQ(played(pop3 + "\nd< +OK\n").outcome, history::verdict::pass) << name;
    EXPECT_EQ(played(pop3 + " password=wrong\nd< -ERR [AUTH]\n").outcome, history::verdict::pass) << name;
  }
}

TEST(ScriptedExchange, WhatIsWrongInOnePlaceIsRefused) {
  for (auto const* odd : {"proof=altered", "final-nonce=abc", "channel=abc", "flag=x", "name=$user_coded",
                          "extension=m=x", "user=nobody", "authzid=$user2"}) {
    auto const r = played(lead(std::string("SCRAM-SHA-256 ") + odd, "NO | BAD"));
    EXPECT_EQ(r.outcome, history::verdict::pass) << odd;
  }
  EXPECT_EQ(played(lead("SCRAM-SHA-256 more=x=y", "OK")).outcome, history::verdict::pass);
  EXPECT_EQ(played("m: authenticate PLAIN authzid=$user\nm< NO [AUTHORIZATIONFAILED]\n").outcome,
            history::verdict::pass);
  EXPECT_EQ(played(lead("SCRAM-SHA-256 colour=red", "OK")).outcome, history::verdict::error);
  EXPECT_EQ(played(lead("X-NONE", "OK")).outcome, history::verdict::error);
}

TEST(ScriptedExchange, WhatAServerMustNotSayIsFound) {
  for (auto const* defect : {"scram-nonce-not-echoed", "scram-count-one", "scram-count-many", "scram-salt-no-base64",
                             "scram-no-count", "scram-signs-wrongly", "scram-signs-nothing"}) {
    auto const r = played(lead("SCRAM-SHA-256", "OK"), defect);
    EXPECT_EQ(r.outcome, history::verdict::fail) << defect;
    for (auto const& f : r.findings) EXPECT_EQ(f.octets.find("+ dj"), std::string::npos) << defect << " " << f.octets;
  }
}

TEST(ScriptedExchange, StepByStepAndSaidAgain) {
  std::string const first =
      "a: sasl SCRAM-SHA-256\na> AUTHENTICATE SCRAM-SHA-256\na< +\na> $sasl\na< +\na> $sasl\na< +\na> $sasl\na< OK\n";
  std::string const again =
      "b> AUTHENTICATE SCRAM-SHA-256\nb< +\nb> $said1\nb< +\nb> $said2\nb< + | NO | BAD\nb> {base64 \"\"}\n"
      "b< NO | BAD\n";
  EXPECT_EQ(played(first).outcome, history::verdict::pass);
  EXPECT_EQ(played(first + again).outcome, history::verdict::pass);
  EXPECT_EQ(played(first + again, "scram-nonce-repeats").outcome, history::verdict::fail);
  EXPECT_EQ(played("a> AUTHENTICATE PLAIN\na< +\na> {base64 \"\\0$user\\0$password\"}\na< OK\n").outcome,
            history::verdict::pass);
}

}  // namespace
}  // namespace mailrig::scenario::scripted_exchange_test
