// Octets as people write them: units of a thousand, three digits.
#include "load/octets.hpp"

#include <gtest/gtest.h>

namespace mailrig::load::octets_test {

TEST(Octets, AreReadWithTheirUnit) {
  EXPECT_EQ(read_octets("300"), 300u);
  EXPECT_EQ(read_octets("24.5k"), 24500u);
  EXPECT_EQ(read_octets("1M"), 1000000u);
  for (auto const* bad : {"", "k", "-1", "1 k", "1G", "1e13", "nan"}) EXPECT_FALSE(read_octets(bad)) << bad;
}

TEST(Octets, AreToldInTheLargestUnitThatTheyReach) {
  struct row {
    double octets;
    char const* words;
  };
  for (auto const& r : {row{0, "0 B"}, row{999, "999 B"}, row{999.6, "1 kB"}, row{24500, "24.5 kB"},
                        row{999400, "999 kB"}, row{999600, "1 MB"}, row{12.34e6, "12.3 MB"}, row{2.5e9, "2.5 GB"}})
    EXPECT_EQ(octets_in_words(r.octets), r.words);
}

}  // namespace mailrig::load::octets_test
