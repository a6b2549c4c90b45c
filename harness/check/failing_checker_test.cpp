// failing_checker_test: a checker that throws is told as unknown, and the others go on.
#include <gtest/gtest.h>

#include <stdexcept>

#include "check/judge.hpp"

namespace mailrig::check::failing_checker_test {

using history::event_kind;
using history::protocol;

namespace {

class failing final : public check::checker {
 public:
  void see(check::item const&, check::report&) override { throw std::out_of_range("no such thing"); }
};

class well final : public check::checker {
 public:
  void see(check::item const& i, check::report& out) override { out.add(i, {"seen", {}, {}, 0}); }
};

check::checker_kind const failing_kind{
    "failing", "", {}, +[]() -> std::unique_ptr<check::checker> { return std::make_unique<failing>(); }};
check::checker_kind const well_kind{
    "well", "", {{"seen", "RFC3501-2.2.2-03", "It was seen."}}, +[]() -> std::unique_ptr<check::checker> {
      return std::make_unique<well>();
    }};

}  // namespace

TEST(FailingChecker, IsUnknownAndLeavesTheOthersAlone) {
  check::judge j({&failing_kind, &well_kind}, nullptr);
  j.take({{}, 0, event_kind::opened, protocol::imap, "u1 host"});
  j.take({{}, 0, event_kind::received, protocol::imap, "* OK hi\r\n* OK there\r\n"});
  auto const found = j.take_findings();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].rule, "failing.failed");
  EXPECT_EQ(found[0].outcome, history::verdict::unknown);
  EXPECT_EQ(found[1].rule, "well.seen");
  EXPECT_EQ(found[1].times, 3u);
}

}  // namespace mailrig::check::failing_checker_test
