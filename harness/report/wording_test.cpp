// wording_test: the counts of a run name what is known of security, so that nobody takes it for well.
#include "report/wording.hpp"

#include <gtest/gtest.h>

namespace mailrig::report::wording_test {
namespace {

history::scenario_result known(std::string id, std::string title) {
  history::scenario_result r;
  r.id = std::move(id);
  r.title = std::move(title);
  r.outcome = history::verdict::fail;
  r.stands = history::standing::known;
  r.findings.emplace_back();
  r.findings.back().rule = "rule";
  return r;
}

TEST(Wording, KnownFailuresOfSecurityAreNamedByTheCounts) {
  history::run_record run;
  run.results = {known("imap/a", "what is nobody's danger")};
  EXPECT_EQ(counts_line(run), "1 scenarios: 1 fail (1 of the failures are known)");
  run.results.push_back(known("security/b", "behind STLS (as in CVE-2021-38084)"));
  run.results.push_back(known("security/c", "behind STLS too"));
  run.known_reasons["security/c#rule"] = "RFC 2595 §4, CVE-2021-38084: as above";
  run.results.push_back(known("security/d", "who acts for whom"));
  EXPECT_EQ(counts_line(run),
            "4 scenarios: 4 fail (4 of the failures are known, among them CVE-2021-38084 in 2, 1 of security/ without "
            "a CVE)");
}

}  // namespace
}  // namespace mailrig::report::wording_test
