// matrix_test: runs read back from JSON reports and set side by side.
#include "report/matrix.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace mailrig::report {
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

TEST(Matrix, AFileThatIsNoRunIsTold) {
  auto const r = read_run("/nonexistent/run.json");
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().text, "/nonexistent/run.json cannot be read");
}

}  // namespace
}  // namespace mailrig::report
