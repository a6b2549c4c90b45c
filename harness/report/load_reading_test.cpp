// Reports of shards, written, read and summed in any order, are what the whole run would have reported.
#include "report/load_reading.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "load/assembly.hpp"
#include "load/recorder.hpp"
#include "load/shard_merge.hpp"
#include "report/load_json.hpp"

namespace mailrig::report::load_reading_test {

using namespace std::chrono_literals;
using load::load_record;
using nlohmann::json;

namespace {

constexpr int run_seconds = 12;

load::operation some_operation(base::rng& random) {
  static char const* const kinds[] = {"login", "fetch.header", "fetch.body", "act.read", "connect"};
  auto const at = base::instant(std::int64_t(random.below(std::uint64_t(run_seconds) * 1'000'000'000)));
  auto const free = at + base::duration(random.below(1000) == 0 ? 5'000'000 : 0);
  auto const sent = free + base::duration(std::int64_t(random.below(20'000)));
  auto const done = sent + base::duration(std::int64_t(random.next() >> (34 + random.below(12))));
  auto const came = random.below(50) == 0   ? load::outcome::failed
                    : random.below(80) == 0 ? load::outcome::late
                                            : load::outcome::done;
  return {load::kind_named(kinds[random.below(5)]), at, free, sent, done, came};
}

/// What one or several shards record; each operation falls to one of them.
struct recorded_run {
  explicit recorded_run(unsigned of) : parts(of), seconds(of) {
    base::rng random(5);
    for (int i = 0; i < 20000; ++i) {
      auto const o = some_operation(random);
      auto const who = random.below(8) % of;
      parts[who].figures.record(o, o.came == load::outcome::failed ? (i % 3 ? "NO" : "closed") : "");
      auto const second = std::min<std::size_t>(run_seconds - 1, std::size_t(o.done / 1s));
      auto& s = seconds[who][second];
      s.record(o);
      ++s.good[std::size_t(o.done / 100ms) % load::interval::tenths];
      s.octets_in += 100;
      parts[who].asked.take(load::offered::kind::session, std::uint64_t(i), o.intended);
    }
    for (unsigned n = 0; n < of; ++n) finish(n, of);
  }

  void finish(unsigned n, unsigned of) {
    auto& r = parts[n];
    r.profile = "office", r.target = "somewhere", r.plan = "abc", r.mode = "100 users";
    r.part = {n + 1, of};
    r.users = 100, r.duration = r.measured = run_seconds;
    r.cpu = 0.25 / of, r.busiest_thread = 0.1;
    r.segments = {1000 / of, 8 / of, true};
    for (int second = 0; second < run_seconds; ++second) {
      auto& s = seconds[n][std::size_t(second)];
      s.second = second;
      s.devices.connections = 80 / of;
      r.seconds.push_back(load::series_row::of(s));
    }
    history::finding f;
    f.rule = "seqmap", f.weight = history::level::must, f.outcome = history::verdict::fail;
    f.times = 16 / of;
    r.findings.push_back(f);
    for (auto const* name : {"a", "b"}) {
      auto& e = r.endpoints.emplace_back();
      e.name = name, e.where = "127.0.0.1:143", e.left = 8 / of;
      e.operations = r.figures.together();
      e.connections.done = 80 / of;
    }
    r.connections_max = 80 / of;
    std::vector<load::slo> const slos = {*load::read_slo("p99(fetch.*) < 10s"), *load::read_slo("errors < 0.1%"),
                                         *load::read_slo("findings = 0")};
    load::judge_record(r, slos);
  }

  std::vector<load_record> parts;
  std::vector<std::map<std::size_t, load::interval>> seconds;
};

json written(load_record const& r) { return load_json(r, r.seconds, true); }

load_record read_again(json const& j) {
  auto r = read_load_report(j.dump(), "test");
  EXPECT_TRUE(r) << (r ? "" : r.error().text);
  return r ? std::move(*r) : load_record();
}

/// A report without what tells how many played it.
json counts_of(json j) {
  for (auto const* key : {"shards", "threads", "processes", "validity", "validity_reasons"}) j.erase(key);
  return j;
}

}  // namespace

TEST(LoadReading, WhatIsReadIsWrittenAgainAlike) {
  recorded_run const run(1);
  auto const text = written(run.parts[0]);
  EXPECT_EQ(written(read_again(text)), text);
  std::vector<load_record> one;
  one.push_back(read_again(text));
  auto const sum = load::merge_shards(std::move(one), {});
  ASSERT_TRUE(sum);
  EXPECT_EQ(written(*sum), text) << "the sum of one";
}

TEST(LoadReading, TheSumOfShardsIsTheWholeInAnyOrder) {
  recorded_run const whole(1);
  auto const expected = counts_of(written(whole.parts[0]));
  for (unsigned const of : {2u, 4u, 8u}) {
    recorded_run const run(of);
    json first;
    for (unsigned turn = 0; turn < of; ++turn) {
      std::vector<load_record> parts;
      for (unsigned n = 0; n < of; ++n) parts.push_back(read_again(written(run.parts[(n * (of - 1) + turn) % of])));
      auto const sum = load::merge_shards(std::move(parts), {});
      ASSERT_TRUE(sum) << sum.error().text;
      if (turn == 0) first = written(*sum);
      EXPECT_EQ(written(*sum), first) << "order " << turn;
      EXPECT_EQ(sum->shards.size(), of);
    }
    EXPECT_EQ(json::diff(counts_of(first), expected), json::array()) << of;
  }
}

TEST(LoadReading, TheSumSaysWhatIsLacking) {
  recorded_run const run(4);
  for (bool const tolerate : {false, true}) {
    std::vector<load_record> parts;
    for (unsigned const n : {0u, 1u, 3u}) parts.push_back(read_again(written(run.parts[n])));
    load::merge_options how;
    how.tolerate_lost = tolerate;
    auto const sum = load::merge_shards(std::move(parts), how);
    ASSERT_TRUE(sum);
    ASSERT_EQ(sum->shards.size(), 4u);
    EXPECT_TRUE(sum->shards[2].lost);
    // How well the parts were measured is this machine's affair; that one is lost is told in either case.
    EXPECT_GE(sum->rig.grade, tolerate ? load::validity::degraded : load::validity::invalid);
    EXPECT_TRUE(std::ranges::any_of(sum->rig.reasons, [](auto const& why) { return why.find("is lost") != why.npos; }));
  }
}

TEST(LoadReading, WhatIsNoWholeIsNotSummed) {
  recorded_run const run(2), other(4);
  auto const sum_of = [](json const& a, json const& b) {
    std::vector<load_record> parts;
    parts.push_back(read_again(a));
    parts.push_back(read_again(b));
    auto const sum = load::merge_shards(std::move(parts), {});
    return sum ? std::string() : sum.error().text;
  };
  auto const one = written(run.parts[0]);
  auto two = written(run.parts[1]);
  EXPECT_EQ(sum_of(one, two), "");
  EXPECT_NE(sum_of(one, one).find("twice"), std::string::npos);
  EXPECT_NE(sum_of(one, written(other.parts[1])).find("of 2, another of 4"), std::string::npos);
  two["plan"] = "def";
  EXPECT_NE(sum_of(one, two).find("different plans"), std::string::npos);
  EXPECT_FALSE(load::merge_shards({}, {}));
}

TEST(LoadReading, WhatIsNoReportIsRefusedWithWhy) {
  auto const why = [](std::string const& text) {
    auto const r = read_load_report(text, "a.json");
    return r ? std::string() : r.error().text;
  };
  EXPECT_NE(why("[]").find("no JSON report"), std::string::npos);
  EXPECT_NE(why("{").find("no JSON report"), std::string::npos);
  EXPECT_NE(why(R"({"mailrig-load":2})").find("version 2"), std::string::npos);
  recorded_run const run(1);
  auto lacks = written(run.parts[0]);
  lacks.erase("offered");
  EXPECT_NE(why(lacks.dump()).find("offered"), std::string::npos);
  auto broken = written(run.parts[0]);
  broken["seconds"][3]["kinds"]["login"]["b"] = "5:x";
  EXPECT_NE(why(broken.dump()).find("second 3, login"), std::string::npos) << why(broken.dump());
}

}  // namespace mailrig::report::load_reading_test
