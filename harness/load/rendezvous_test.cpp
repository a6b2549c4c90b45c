// Shards meet without a socket: lines go from one machine to the other by hand, and time is what the test says.
#include "load/rendezvous.hpp"

#include <gtest/gtest.h>

namespace mailrig::load::rendezvous_test {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

rendezvous_terms terms(unsigned number, unsigned of, bool tolerate = false) {
  rendezvous_terms out;
  out.self = {number, of};
  out.version = "1";
  out.plan = "plan";
  out.timeout = 10s;
  out.tolerate_lost = tolerate;
  return out;
}

/// The first and some others. Every line takes `way`; a follower's clock is ahead by its number in hours.
struct table {
  explicit table(unsigned of, bool tolerate = false) : lead(terms(1, of, tolerate), 0s) {}

  static base::duration ahead(rendezvous_channel c) { return std::chrono::hours(c); }

  rendezvous_follower& seat(rendezvous_terms t) {
    auto const c = rendezvous_channel(others.size() + 2);
    others.push_back(std::make_unique<rendezvous_follower>(t, now + ahead(c)));
    here.push_back(true);
    others.back()->opened(c, now + ahead(c));
    lead.opened(c, now);
    return *others.back();
  }
  void leave(std::size_t i, char const* why) {
    here[i] = false;
    lead.ended(rendezvous_channel(i + 2), why, now);
  }
  /// Until nobody has anything to say.
  void talk() {
    for (bool more = true; more;) {
      more = false;
      auto const said = lead.take_said();
      now += way;
      for (auto const& s : said) {
        auto const i = s.to - 2;
        if (here[i]) others[i]->heard(s.to, s.line, now + ahead(s.to));
        more = true;
      }
      auto const closed = lead.take_closed();
      now += way;
      for (std::size_t i = 0; i < others.size(); ++i) {
        auto const c = rendezvous_channel(i + 2);
        for (auto const& s : others[i]->take_said()) {
          if (here[i]) lead.heard(c, s.line, now);
          more = true;
        }
      }
      for (auto const c : closed) {
        if (!here[c - 2]) continue;
        here[c - 2] = false;
        others[c - 2]->ended(c, "", now + ahead(c));
      }
    }
  }
  void pass(base::duration d) {
    for (auto const until = now + d; now < until;) {
      now += 500ms;
      lead.tick(now);
      for (std::size_t i = 0; i < others.size(); ++i)
        if (here[i]) others[i]->tick(now + ahead(rendezvous_channel(i + 2)));
      talk();
    }
  }

  base::instant now{1s};
  base::duration way = 3ms;
  rendezvous_lead lead;
  std::vector<std::unique_ptr<rendezvous_follower>> others;
  std::vector<bool> here;
};

}  // namespace

TEST(Rendezvous, AllBeginAtOneInstantByTheirOwnClocks) {
  table t(3);
  auto &two = t.seat(terms(2, 3)), &three = t.seat(terms(3, 3));
  t.talk();
  ASSERT_TRUE(t.lead.gathered());
  EXPECT_EQ(t.lead.here(), 3u);
  t.lead.begin_round({{"load", 7}});
  t.talk();
  EXPECT_EQ(two.take_order(), json({{"load", 7}}));
  EXPECT_EQ(two.take_order(), std::nullopt);
  two.ready(2s);
  three.ready(50ms);
  t.talk();
  t.pass(1s);
  EXPECT_FALSE(t.lead.start()) << "the first itself is not ready";
  t.lead.ready(50ms);
  t.pass(500ms);
  ASSERT_TRUE(t.lead.start() && two.start() && three.start());
  EXPECT_GE(*t.lead.start(), t.now - 500ms + 2s) << "as long as the slowest needs";
  auto const exact = [](base::instant a, base::instant b) { return std::chrono::abs(a - b) <= 1us; };
  EXPECT_TRUE(exact(*two.start(), *t.lead.start() + table::ahead(2)));
  EXPECT_TRUE(exact(*three.start(), *t.lead.start() + table::ahead(3)));
  ASSERT_TRUE(two.clock());
  EXPECT_NEAR(double(two.clock()->offset), double(base::duration(table::ahead(2)).count()), 1000);
  EXPECT_EQ(two.clock()->within, base::duration(t.way).count());
}

TEST(Rendezvous, SecondsAndResultsComeToTheFirstAndTheVerdictToAll) {
  table t(2);
  auto& two = t.seat(terms(2, 2));
  t.talk();
  t.lead.begin_round(json::object());
  t.talk();
  two.tell_interval({{"second", 0}});
  EXPECT_FALSE(t.lead.complete());
  two.tell_result({{"done", 5}});
  t.talk();
  EXPECT_EQ(t.lead.take_intervals(), (std::vector<json>{{{"second", 0}}}));
  ASSERT_TRUE(t.lead.complete());
  EXPECT_EQ(t.lead.take_results(), (std::map<unsigned, json>{{2, {{"done", 5}}}}));
  t.lead.finish({{"exit_code", 6}});
  t.talk();
  EXPECT_EQ(two.verdict(), json({{"exit_code", 6}}));
  EXPECT_EQ(two.failed(), "") << "that it is closed now is in order";
  EXPECT_TRUE(t.lead.lost().empty());
}

struct refused_case {
  char const* name;
  void (*change)(rendezvous_terms&);
  char const* why;
};

TEST(Rendezvous, WhoDoesNotBelongIsRefusedAndToldWhy) {
  refused_case const cases[] = {
      {"plan", [](rendezvous_terms& t) { t.plan = "other"; }, "another plan"},
      {"version", [](rendezvous_terms& t) { t.version = "2"; }, "mailrig 2"},
      {"count", [](rendezvous_terms& t) { t.self.of = 4; }, "shard 2 of 4"},
      {"the first again", [](rendezvous_terms& t) { t.self.number = 1; }, "shard 1 of 3"},
      {"token", [](rendezvous_terms& t) { t.token = "sixteen letters!"; }, "MAILRIG_RENDEZVOUS_TOKEN"},
  };
  for (auto const& c : cases) {
    table t(3);
    auto other = terms(2, 3);
    c.change(other);
    auto& two = t.seat(other);
    t.talk();
    EXPECT_NE(two.failed().find(c.why), std::string::npos) << c.name << ": " << two.failed();
    EXPECT_EQ(t.lead.here(), 1u) << c.name;
  }
}

TEST(Rendezvous, ATokenIsProvedAndNotSaid) {
  auto first = terms(1, 2), second = terms(2, 2);
  first.token = second.token = "sixteen letters!";
  rendezvous_lead lead(first, 0s);
  rendezvous_follower two(second, 0s);
  lead.opened(1, 0s);
  two.opened(1, 0s);
  for (auto const& s : lead.take_said()) two.heard(1, s.line, 0s);
  auto const hello = two.take_said();
  ASSERT_EQ(hello.size(), 1u);
  EXPECT_EQ(hello[0].line.find(first.token), std::string::npos);
  lead.heard(1, hello[0].line, 0s);
  EXPECT_TRUE(lead.knows(1));
  // To another challenge the same proof is none.
  lead.opened(2, 0s);
  lead.heard(2, hello[0].line, 0s);
  EXPECT_FALSE(lead.knows(2));
}

TEST(Rendezvous, TheSameShardComesOnce) {
  table t(3);
  t.seat(terms(2, 3));
  t.talk();
  auto& again = t.seat(terms(2, 3));
  t.talk();
  EXPECT_NE(again.failed().find("here already"), std::string::npos) << again.failed();
  EXPECT_EQ(t.lead.here(), 2u);
}

TEST(Rendezvous, WhoComesLateIsRefused) {
  table t(3, true);
  t.seat(terms(2, 3));
  t.talk();
  t.pass(11s);
  ASSERT_TRUE(t.lead.gathered()) << "shard 3 is tolerated to be lacking";
  ASSERT_EQ(t.lead.lost().size(), 1u);
  EXPECT_EQ(t.lead.lost()[0].number, 3u);
  auto& late = t.seat(terms(3, 3));
  t.talk();
  EXPECT_NE(late.failed().find("late"), std::string::npos) << late.failed();
}

TEST(Rendezvous, WithoutAllOfThemThereIsNoRun) {
  table t(3);
  auto& two = t.seat(terms(2, 3));
  t.talk();
  t.pass(11s);
  EXPECT_FALSE(t.lead.gathered());
  EXPECT_NE(t.lead.failed().find("did not come within 10 s: 3"), std::string::npos) << t.lead.failed();
  EXPECT_NE(two.aborted(), "");
}

TEST(Rendezvous, ALostShardEndsTheRunOfAllUnlessItIsTolerated) {
  for (bool const tolerate : {false, true}) {
    table t(3, tolerate);
    auto& two = t.seat(terms(2, 3));
    t.seat(terms(3, 3));
    t.talk();
    t.lead.begin_round(json::object());
    t.talk();
    t.leave(1, "reset");
    t.talk();
    ASSERT_EQ(t.lead.lost().size(), 1u);
    EXPECT_EQ(t.lead.lost()[0].number, 3u);
    EXPECT_EQ(t.lead.lost()[0].why, "it ended (reset)");
    EXPECT_EQ(t.lead.aborted().empty(), tolerate);
    EXPECT_EQ(two.aborted().empty(), tolerate);
    two.tell_result(json::object());
    t.talk();
    EXPECT_TRUE(t.lead.complete()) << "whom it has, it has heard";
  }
}

TEST(Rendezvous, WhoIsSilentIsLost) {
  table t(2);
  t.seat(terms(2, 2));
  t.talk();
  ASSERT_TRUE(t.lead.gathered());
  t.pass(30s);
  EXPECT_TRUE(t.lead.lost().empty()) << "it answers";
  t.here[0] = false;  // its lines get lost
  t.pass(12s);
  ASSERT_EQ(t.lead.lost().size(), 1u);
  EXPECT_NE(t.lead.aborted().find("nothing was heard"), std::string::npos) << t.lead.aborted();
}

TEST(Rendezvous, WithoutTheFirstTheOthersEnd) {
  table t(2);
  auto& two = t.seat(terms(2, 2));
  t.talk();
  two.ended(2, "reset", t.now);
  EXPECT_EQ(two.failed(), "the first shard is gone (reset)");
  EXPECT_EQ(two.aborted(), two.failed());
  rendezvous_follower alone(terms(2, 2), 0s);
  alone.tick(11s);
  EXPECT_NE(alone.failed().find("was not met within 10 s"), std::string::npos) << alone.failed();
}

TEST(Rendezvous, WhatEndsOneEndsAll) {
  table t(3);
  auto &two = t.seat(terms(2, 3)), &three = t.seat(terms(3, 3));
  t.talk();
  two.abort("interrupted");
  t.talk();
  EXPECT_EQ(t.lead.aborted(), "shard 2: interrupted");
  EXPECT_EQ(three.aborted(), "shard 2: interrupted");
  table other(2);
  auto& follower = other.seat(terms(2, 2));
  other.talk();
  other.lead.abort("interrupted");
  other.talk();
  EXPECT_EQ(follower.aborted(), "interrupted");
}

TEST(Rendezvous, NonsenseEndsWhoSaysIt) {
  table t(2);
  t.seat(terms(2, 2));
  t.talk();
  t.lead.heard(2, R"({"ready":"soon"})", t.now);
  ASSERT_EQ(t.lead.lost().size(), 1u);
  EXPECT_NE(t.lead.lost()[0].why.find("cannot be read"), std::string::npos);
  t.lead.opened(9, t.now);
  t.lead.heard(9, "GET / HTTP/1.1", t.now);
  EXPECT_FALSE(t.lead.knows(9));
  EXPECT_EQ(t.lead.take_closed(), (std::vector<rendezvous_channel>{2, 9}));
}

}  // namespace mailrig::load::rendezvous_test
