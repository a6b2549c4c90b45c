// attack_test: what is meant to do harm is played where that is allowed, with a second user beside it, and who has no
// part in it is looked to afterwards.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/scratch_folder.hpp"
#include "embedded/server.hpp"
#include "scenario/suite.hpp"

namespace mailrig::scenario::attack_test {
namespace {

struct circumstances {
  std::string defect = {};
  unsigned accounts = 2;
  bool ours = true;
  std::size_t jobs = 2, copies = 1;
  std::vector<std::string> latitudes = {};
};

std::vector<history::scenario_result> played(std::string const& body, circumstances const& c) {
  auto const folder = base::scratch_folder::make("attack").value();
  embedded::server_options o;
  o.count = c.accounts;
  o.defect = c.defect;
  o.latitudes = c.latitudes;
  auto const server = embedded::server::start(o).value();
  target t;
  t.name = "embedded";
  t.ours = c.ours;
  t.imap = session::access{{"127.0.0.1", server->imap_port()}, false, false};
  for (unsigned n = 1; n <= c.accounts; ++n) t.accounts.push_back({"u" + std::to_string(n), "secret", {}});
  auto const s = read_script("title x\nproves RFC2342-2-03\n" + body, "x.scn", "x");
  EXPECT_TRUE(s) << s.error().text;
  std::atomic<bool> const never{false};
  suite_options how;
  how.jobs = c.jobs;
  how.limits.step = std::chrono::milliseconds(1000);
  auto const run = play_all(t, std::vector<script>(c.copies, *s), mailroom(folder.path()),
                            *history::catalogue::parse("head\n"), how, {}, never);
  EXPECT_TRUE(run) << run.error().text;
  return run->results;
}

constexpr auto browser =
    "tags attack unjudged\nsessions client=imap/greeting\n\nclient: may-close\nclient: raw \"GET / "
    "HTTP/1.1\\r\\n\\r\\n\"\n"
    "pause 50ms\nclient: drop\n";
constexpr auto two_users =
    "sessions one=imap/authenticated two=imap@2/authenticated\n\n"
    "one> CREATE $box\none< OK\n"
    "two> STATUS $box (MESSAGES)\ntwo< NO\n"
    "two> LOGIN $user2 $password2\ntwo< BAD\n";

TEST(Attack, WhoeverStandsByIsServed) {
  auto const r = played(browser, {}).front();
  EXPECT_EQ(r.outcome, history::verdict::pass) << r.reason << (r.findings.empty() ? "" : r.findings[0].text);
}

TEST(Attack, WhoeverIsNotServedIsToldOf) {
  auto const r = played(browser, {.defect = "http-deafens"}).front();
  EXPECT_EQ(r.outcome, history::verdict::fail) << r.reason;
  for (auto const* rule : {"attacked.session", "attacked.server", "attacked.user"})
    EXPECT_TRUE(std::ranges::any_of(r.findings, [&](auto const& f) { return f.rule == rule; })) << rule;
}

/// BYE may come at any time (RFC 3501 §7.1.5), and is no harm that an attack has done.
TEST(Attack, WhatAByeCutShortIsPlayedAgain) {
  std::string script = "tags attack unjudged\nsessions client=imap/authenticated\n\n";
  for (int i = 0; i < 6; ++i) script += "client> NOOP\nclient< OK\n";
  for (auto const& r : played(script, {.copies = 120, .latitudes = {"closes-at-times"}}))
    EXPECT_EQ(r.outcome, history::verdict::pass) << r.reason << (r.findings.empty() ? "" : r.findings[0].text);
}

TEST(Attack, ForeignServersAreLeftAlone) {
  auto const r = played(browser, {.ours = false}).front();
  EXPECT_EQ(r.outcome, history::verdict::skip);
  EXPECT_NE(r.reason.find("--allow-destructive"), std::string::npos) << r.reason;
}

TEST(Attack, TwoUsersHaveMailboxesOfTheirOwn) {
  for (auto const& r : played(two_users, {.accounts = 3, .jobs = 3, .copies = 6}))
    EXPECT_EQ(r.outcome, history::verdict::pass) << r.reason << (r.findings.empty() ? "" : r.findings[0].text);
}

TEST(Attack, OneAccountIsNoTwoUsers) {
  auto const r = played(two_users, {.accounts = 1}).front();
  EXPECT_EQ(r.outcome, history::verdict::skip);
}

}  // namespace
}  // namespace mailrig::scenario::attack_test
