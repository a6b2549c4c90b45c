// search_test: what a finding about SEARCH cites.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::search_test {

TEST(Search, AFindingCitesTheKeyThatItIsAbout) {
  auto const row = [](std::string const& keys, std::string const& answer) {
    judge j(base::registry<checker_kind>::all(), nullptr);
    hear(j, check::select +
                "1> f FETCH 1:3 (UID FLAGS)\n1< * 1 FETCH (UID 4 FLAGS (\\Seen))\n1< * 2 FETCH (UID 5 FLAGS ())\n"
                "1< * 3 FETCH (UID 6 FLAGS ())\n1< f OK done\n1> a SEARCH " +
                keys + "\n1< * SEARCH" + answer + "\n1< a OK done\n");
    for (auto const& f : j.findings())
      if (f.rule.starts_with("search.")) return f.requirement;
    return std::string();
  };
  EXPECT_EQ(row("SEEN", ""), "RFC3501-6.4.4-12");
  EXPECT_EQ(row("ALL", " 1 2"), "RFC3501-6.4.4-11");
  EXPECT_EQ(row("UID 4:5", " 1 2 3"), "RFC3501-6.4.4-23");
  EXPECT_EQ(row("2:3", " 2"), "RFC3501-6.4.4-23");
  EXPECT_EQ(row("NOT SEEN", " 1 2 3"), "RFC3501-6.4.4-03");
  EXPECT_EQ(row("OR SEEN 2", " 1 2 3"), "RFC3501-6.4.4-03");
  EXPECT_EQ(row("UNSEEN UID 4:5", ""), "RFC3501-6.4.4-02");
  EXPECT_EQ(row("1:3 UNSEEN", " 3"), "RFC3501-6.4.4-12");
}

}  // namespace mailrig::check::search_test
