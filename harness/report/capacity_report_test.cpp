// capacity_report_test: what a search says that it came to, in each format, also where it came to nothing.
#include "report/capacity_report.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace mailrig::report::capacity_report_test {
namespace {

void each_says(load::capacity_result const& r, std::string const& words) {
  capacity_context const c{r, "office", "t", "server", "1", "mailrig capacity", "2026-01-05", "users"};
  for (auto const* f : base::registry<capacity_format>::all()) {
    std::ostringstream out;
    f->write(c, out);
    EXPECT_NE(out.str().find(words), std::string::npos) << f->name << ": " << out.str().substr(0, 2000);
  }
}

TEST(CapacityReport, WhatWasNotMeasuredIsNotBlamedOnTheServer) {
  load::capacity_result r;
  load::trial t;
  t.load = 10;
  t.reasons = {"no operation was measured"};
  r.trials.push_back(t);
  each_says(r, "nothing could be measured of server: no trial was valid");
  r.interrupted = true;
  each_says(r, "nothing could be measured of server: the search was interrupted");
}

TEST(CapacityReport, WhatWasInterruptedSaysSo) {
  load::capacity_result r;
  r.holds = 20;
  r.interrupted = true;
  each_says(r, "server holds 20 users; the search was interrupted");
}

TEST(CapacityReport, WhatMissesItsSlosDoesNotHold) {
  load::capacity_result r;
  r.breaks = 10;
  each_says(r, "server does not hold the least that was tried, and no more holds at 10 users");
}

}  // namespace
}  // namespace mailrig::report::capacity_report_test
