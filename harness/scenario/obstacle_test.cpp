// What keeps everybody out: a PREAUTH in the clear, a certificate that nobody trusts, a delay that nobody waits for;
// none of it is held against a scenario, and the first alone against the server.
#include "scenario/obstacle.hpp"

#include <gtest/gtest.h>

#include "base/scratch_folder.hpp"
#include "embedded/server.hpp"
#include "scenario/offer.hpp"
#include "scenario/suite.hpp"

namespace mailrig::scenario::obstacle_test {
namespace {

using history::verdict;

/// The embedded server with a defect, and a way to it.
struct served {
  explicit served(std::string const& defect = {}, bool upgrade = true) {
    embedded::server_options o;
    o.count = 2;
    o.defect = defect;
    server = embedded::server::start(o).value();
    at.name = "embedded";
    at.imap = session::access{{"127.0.0.1", server->imap_port()}, false, upgrade};
    at.accounts.push_back({"u1", "secret", {}});
    at.ours = true;
  }

  history::scenario_result played(std::string const& script) {
    auto const folder = base::scratch_folder::make("obstacle").value();
    auto const s = read_script("title x\nproves RFC3501-6.2.1-02\n" + script, "x.scn", "x").value();
    std::atomic<bool> const never{false};
    auto const run =
        play_all(at, {s}, mailroom(folder.path()), *history::catalogue::parse("head\n"), suite_options{}, {}, never);
    return run.value().results.front();
  }

  std::unique_ptr<embedded::server> server;
  target at;
};

constexpr auto noop = "sessions client=imap/authenticated\n\nclient> NOOP\nclient< OK\n";
constexpr auto starttls = "sessions client=imap/greeting\n\nclient: starttls\nclient> NOOP\nclient< OK\n";

bool says(history::scenario_result const& r, std::string_view words) { return r.reason.find(words) != r.reason.npos; }

TEST(Obstacle, PreauthInTheClearIsAFinding) {
  auto const r = served("preauth-in-the-clear").played(noop);
  EXPECT_EQ(r.outcome, verdict::fail) << r.reason;  // the catalogue here has no levels
  ASSERT_EQ(r.findings.size(), 1u);
  EXPECT_EQ(r.findings.front().rule, obstacle::preauth);
  EXPECT_EQ(r.findings.front().requirement, "RFC9051-7.1.4-01");
}

TEST(Obstacle, WhomWeDoNotTrustHasDoneNothingWrong) {
  for (bool const upgrade : {true, false}) {
    served s({}, upgrade);
    auto const r = s.played(starttls);
    EXPECT_EQ(r.outcome, verdict::unknown);
    EXPECT_TRUE(r.findings.empty());
    EXPECT_TRUE(says(r, "[tls] pin = \"sha256:" + s.server->pin())) << r.reason;
    s.at.tls.pins = {s.server->pin()};
    EXPECT_EQ(s.played(noop).outcome, verdict::pass);
  }
}

TEST(Obstacle, ADelayThatNobodyWaitsForIsTheServersRight) {
  served s({}, false);
  s.at.pop3 = session::access{{"127.0.0.1", s.server->pop3_port()}, false, false};
  auto const script = read_script(
      "title x\nproves RFC1939-4-01\nsessions desk=pop3/authorization\n\ndesk: login\ndesk> NOOP\ndesk< +OK\n", "x.scn",
      "x");
  auto const folder = base::scratch_folder::make("obstacle").value();
  auto const trust = net::tls_context::client({});
  net::loop l;
  runner_options o;
  o.box = "mailrig-obstacle";
  o.trust = &trust;
  s.at.pace->announced({"LOGIN-DELAY 4294967295"});
  s.at.pace->logged_in("u1", l.now());
  auto const r = run(l, s.at, {"u1", "secret", {}}, *script, mailroom(folder.path()), o);
  EXPECT_EQ(r.outcome, verdict::unknown);
  EXPECT_TRUE(r.findings.empty());
  EXPECT_TRUE(says(r, "LOGIN-DELAY")) << r.reason;
}

TEST(Obstacle, WhatIsNoTlsWasAgreedToOrNot) {
  EXPECT_EQ(obstacle::of_end(net::end_cause::tls_absent, true), obstacle::no_tls);
  EXPECT_EQ(obstacle::of_end(net::end_cause::tls_absent, false), "");
  EXPECT_EQ(obstacle::of_end(net::end_cause::tls_broken, false), obstacle::no_tls);
  EXPECT_EQ(obstacle::of_end(net::end_cause::tls_failed, true), "");
  EXPECT_EQ(obstacle::of_end(net::end_cause::certificate_expired, true), obstacle::distrust);
  EXPECT_FALSE(obstacle::against({0, std::string(obstacle::distrust), "x"}, nullptr));
  EXPECT_EQ(obstacle::against({0, std::string(obstacle::no_tls), "x"}, nullptr)->outcome, verdict::fail);
  EXPECT_EQ(obstacle::against({0, std::string(obstacle::preauth), "x"}, nullptr)->outcome, verdict::warn);
}

TEST(Obstacle, APrefixThatIsNoNameIsNotSaid) {
  auto const of = [](std::string const& defect) {
    served s(defect, false);
    net::loop l;
    return probe(l, s.at, net::tls_context::client({})).value();
  };
  auto const odd = of("namespace-of-two-lines");
  EXPECT_EQ(odd.prefix, "");
  EXPECT_TRUE(odd.prefix_is_no_name);
  EXPECT_NE(odd.prefix_refused.find("12 octets"), std::string::npos) << odd.prefix_refused;
  EXPECT_EQ(of({}).prefix_refused, "");
  auto const r = served("namespace-of-two-lines", false).played(noop);
  ASSERT_EQ(r.findings.size(), 1u);
  EXPECT_EQ(r.findings.front().requirement, "RFC2342-6-01");
}

}  // namespace
}  // namespace mailrig::scenario::obstacle_test
