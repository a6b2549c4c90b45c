// matrix_test: runs read back from JSON reports and set side by side.
#include "report/matrix.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "base/file.hpp"
#include "base/scratch_folder.hpp"

namespace mailrig::report::matrix_test {
namespace {

server_run run(std::string name, std::string verdict) {
  server_run r;
  r.name = name;
  r.traits = {{"pop3-lock", verdict == "pass" ? "yes" : "no"}};
  server_run::scenario s;
  s.id = "a/b";
  s.title = "t <&>";
  s.verdict = verdict;
  s.proves = {"RFC3501-6.3.10-01"};
  if (verdict == "fail") s.findings = {{"a/b#x.y", "MUST", "RFC3501-6.3.10-01", "wrong", "known why"}};
  r.scenarios = {s};
  return r;
}

TEST(Matrix, SectionsServersAndTraits) {
  auto const rows =
      history::catalogue::parse("head\nRFC3501-6.3.10-01\tRFC3501\t6.3.10\tMUST\tserver\tyes\t-\tSTATUS is told\tx\n");
  ASSERT_TRUE(rows);
  std::ostringstream text, page;
  write_markdown({run("good", "pass"), run("bad", "fail")}, *rows, "mailrig matrix x", text);
  EXPECT_NE(text.str().find("| RFC 3501 §6.3.10 | 1 | 0/1 |"), std::string::npos) << text.str();
  EXPECT_NE(text.str().find("| pop3-lock | yes | no |"), std::string::npos);
  EXPECT_NE(text.str().find("### bad\n\n- RFC3501-6.3.10-01, MUST: STATUS is told (1)"), std::string::npos);
  write_matrix_html({run("good", "pass"), run("bad", "fail")}, *rows, "mailrig matrix x", page);
  EXPECT_NE(page.str().find("href=\"#bad--a/b\""), std::string::npos);
  EXPECT_NE(page.str().find("id=\"bad--a/b\""), std::string::npos);
  EXPECT_NE(page.str().find("t &lt;&amp;&gt;"), std::string::npos);
}

std::string wrong_with(std::string_view json) {
  auto const folder = base::scratch_folder::make("mailrig-matrix").value();
  auto const file = folder.path() / "run.json";
  EXPECT_TRUE(base::write_file(file, json));
  auto const r = read_run(file);
  return r ? std::string() : r.error().text.substr(file.string().size());
}

TEST(Matrix, WhatIsNotUnderstoodIsToldNotCounted) {
  auto const run_of = [](std::string const& version, std::string const& scenarios) {
    return "{\"mailrig-run\":" + version +
           ",\"target\":\"t\",\"target_version\":\"\",\"command\":\"\",\"started\":\"\",\"scenarios\":[" + scenarios +
           "]}";
  };
  auto const scenario = [](std::string const& verdict) {
    return "{\"id\":\"a/b\",\"title\":\"t\",\"verdict\":\"" + verdict + "\",\"proves\":[],\"findings\":[]}";
  };
  EXPECT_EQ(wrong_with(run_of("1", scenario("pass"))), "");
  EXPECT_EQ(wrong_with(run_of("2", scenario("pass"))), ": version 2 of the report; this program reads 1");
  EXPECT_EQ(wrong_with(run_of("1", scenario("splendid"))), ": a/b has the verdict 'splendid', which is none");
  EXPECT_EQ(wrong_with(run_of("1", "")), ": there is no scenario in it");
  EXPECT_EQ(wrong_with("[]"), " is no JSON report of `mailrig check --report json:FILE`");
}

TEST(Matrix, ARunThatIsNotCompleteIsSaidToBe) {
  auto one = run("good", "pass");
  one.cut_short = "3 of 4 scenarios were not played";
  std::ostringstream text, page;
  auto const rows = history::catalogue::parse("head\n").value();
  write_markdown({one}, rows, "mailrig matrix x", text);
  EXPECT_NE(text.str().find("| not complete | 3 of 4"), std::string::npos) << text.str();
  write_matrix_html({one}, rows, "mailrig matrix x", page);
  EXPECT_NE(page.str().find("not complete</b>: 3 of 4"), std::string::npos);
}

TEST(Matrix, AFileThatIsNoRunIsTold) {
  auto const r = read_run("/nonexistent/run.json");
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().text, "/nonexistent/run.json is not there");
}

}  // namespace
}  // namespace mailrig::report::matrix_test
