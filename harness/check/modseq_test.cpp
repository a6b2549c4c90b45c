// modseq_test: a conditional STORE of a flag that another flag's change does not concern.
#include <gtest/gtest.h>

#include <algorithm>

#include "check/tiny_history.hpp"

namespace mailrig::check::modseq_test {
namespace {

/// UID 5 had no flags at 16, got $c at `set`, of which only the mod-sequence was told, and $d at 22.
std::size_t accused(std::string const& set, std::string const& since) {
  judge j(base::registry<checker_kind>::all(), nullptr);
  hear(j, all5 + "1> a FETCH 1 (UID FLAGS MODSEQ)\n1< * OK [HIGHESTMODSEQ 16] h\n1< * 1 FETCH (UID 5 FLAGS () MODSEQ " +
              "(16))\n1< a OK x\n1> b STORE 1 +FLAGS.SILENT ($c)\n1< * 1 FETCH (UID 5 MODSEQ (" + set +
              "))\n1< b OK x\n1> c STORE 1 +FLAGS ($d)\n1< * 1 FETCH (UID 5 FLAGS ($c $d) MODSEQ (22))\n1< c OK x\n" +
              "1> d STORE 1 (UNCHANGEDSINCE " + since + ") +FLAGS ($c)\n1< d OK x\n");
  return std::size_t(std::ranges::count(j.findings(), "modseq.unchangedsince", &history::finding::rule));
}

TEST(Modseq, AnotherFlagsChangeIsNoneOfItsOwn) { EXPECT_EQ(accused("20", "20"), 0u); }

TEST(Modseq, TheFlagsOwnChangeIs) { EXPECT_EQ(accused("20", "16"), 1u); }

}  // namespace
}  // namespace mailrig::check::modseq_test
