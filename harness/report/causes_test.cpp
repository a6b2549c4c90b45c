#include "report/causes.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "base/registry.hpp"
#include "report/format.hpp"

namespace mailrig::report::causes_test {

using history::verdict;

namespace {

history::finding found(std::string rule, std::string text, std::string requirement = "RFC3501-7.4.1-05") {
  history::finding f;
  f.rule = std::move(rule);
  f.text = std::move(text);
  f.requirement = std::move(requirement);
  return f;
}

history::scenario_result result(std::string id, std::vector<history::finding> findings, std::string reason = {}) {
  history::scenario_result r;
  r.id = std::move(id);
  r.title = "title of " + r.id;
  r.outcome = reason.empty() ? findings.empty() ? verdict::pass : verdict::fail : verdict::unknown;
  r.findings = std::move(findings);
  r.reason = std::move(reason);
  return r;
}

std::string written(char const* format_name, history::run_record const& run) {
  auto const c = history::catalogue::parse("head\n");
  std::ostringstream out;
  base::registry<format>::find(format_name)->write({run, *c}, out);
  return out.str();
}

std::size_t count(std::string const& text, std::string const& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
  return n;
}

history::run_record refused() {
  history::run_record run;
  for (int i = 1; i <= 3; ++i)
    run.results.push_back(
        result("a/s" + std::to_string(i), {},
               "could not be prepared: LOGIN was refused: NO [UNAVAILABLE] back in " + std::to_string(i) + " s"));
  return run;
}

}  // namespace

TEST(Causes, ARuleOfACheckerIsOneCause) {
  history::run_record run;
  run.results = {result("a/x", {found("seqmap.range", "number 5 of 3")}),
                 result("a/y", {found("seqmap.range", "number 9 of 3"), found("tags.late", "late")}),
                 result("a/z", {found("seqmap.range", "number 9 of 3")})};
  causes const all(run);
  auto const list = all.by_weight();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0]->scenarios.size(), 3u);
  EXPECT_EQ(list[0]->first().id, "a/x");
  EXPECT_FALSE(all.says_nothing_new(run.results[0]));
  EXPECT_FALSE(all.says_nothing_new(run.results[1]));
  EXPECT_TRUE(all.says_nothing_new(run.results[2]));
}

TEST(Causes, TheServersWordsAreACauseWhateverTheTagAndTheRequirement) {
  history::run_record run;
  run.results = {result("a/x", {found("expect.client.4", "'c4 NO [CANNOT] no such names here' came instead", "A")}),
                 result("a/y", {found("expect.phone.1", "'p12 NO [CANNOT] no such names here' came instead", "B")}),
                 result("a/z", {found("expect.phone.1", "'p12 NO' came instead", "B")}),
                 result("a/q", {found("expect.phone.1", "'p12 NO' came instead", "C")})};
  auto const n = causes(run).by_weight().size();
  EXPECT_EQ(n, 3u);  // a bare NO to two requirements is two causes
}

TEST(Causes, WhatCouldNotBePreparedIsToldOnceInEveryFormat) {
  auto const run = refused();
  auto const text = written("text", run);
  EXPECT_NE(text.find("3 scenarios could not be prepared: LOGIN was refused: NO [UNAVAILABLE] back in 1 s"), text.npos)
      << text;
  EXPECT_EQ(count(text, "title of"), 1u);
  EXPECT_NE(text.find("also in:  a/s2\n"), text.npos) << text;
  auto const junit = written("junit", run);
  EXPECT_EQ(count(junit, "<error "), 1u) << junit;
  EXPECT_EQ(count(junit, "<skipped "), 3u) << junit;
  EXPECT_NE(junit.find("3 scenarios could not be prepared"), junit.npos) << junit;
  EXPECT_EQ(count(junit, "<failure "), 0u);
  auto const html = written("html", run);
  EXPECT_NE(html.find("<td>3 scenarios</td><td>could not be prepared: LOGIN was refused"), html.npos) << html;
}

TEST(Causes, FindingsOfOneCauseAreToldInFullOnce) {
  history::run_record run;
  auto f = found("seqmap.range", "number 5 of 3");
  f.expected = {"1 to 3"};
  run.results = {result("a/x", {f}), result("a/y", {f})};
  for (auto const* name : {"text", "junit", "html"}) EXPECT_EQ(count(written(name, run), "1 to 3"), 1u) << name;
  EXPECT_NE(written("text", run).find("in 2 scenarios"), std::string::npos);
  EXPECT_EQ(count(written("junit", run), "<failure "), 2u);
}

TEST(Causes, SessionsThatShowTheSameAreToldOnce) {
  history::run_record run;
  auto f = found("seqmap.range", "number 5 of 3"), g = found("seqmap.range", "number 9 of 3");
  f.expected = g.expected = {"1 to 3"};
  g.times = 4;
  auto const named = found("expect.client.1", "no EXISTS came");
  run.results = {result("a/x", {f, g, f, named, named})};
  for (auto const* name : {"text", "junit", "html"}) {
    auto const written_so = written(name, run);
    EXPECT_EQ(count(written_so, "1 to 3"), 1u) << written_so;
    EXPECT_EQ(count(written_so, "(6 times)"), 1u) << written_so;
  }
}

TEST(Causes, SkipsAreToldWithTheirReason) {
  history::run_record run;
  run.results = {result("a/x", {}), result("a/y", {})};
  for (auto& r : run.results) r.outcome = verdict::skip, r.reason = "the server does not offer IDLE";
  EXPECT_NE(written("text", run).find("2  the server does not offer IDLE\n"), std::string::npos)
      << written("text", run);
}

}  // namespace mailrig::report::causes_test
