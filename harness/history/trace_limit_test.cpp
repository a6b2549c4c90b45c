// trace_limit_test: a trace that reaches the limit of its run says so, and is read as far as it goes.
#include <gtest/gtest.h>

#include "history/trace.hpp"

namespace mailrig::history::trace_limit_test {

namespace {

struct counting final : event_sink {
  std::size_t events = 0;
  void take(event const&) override { ++events; }
};

}  // namespace

TEST(TraceLimit, IsWrittenDownAndReadAgain) {
  auto const file = std::filesystem::temp_directory_path() / "mailrig-trace-limit-test.jsonl";
  auto const budget = std::make_shared<trace_budget>(1000);
  {
    auto out = trace_writer::open(file, {{"scenario", "x"}}, budget);
    ASSERT_TRUE(out);
    for (int i = 0; i < 100; ++i) out->take({{}, 0, event_kind::received, protocol::imap, "* OK still here\r\n"});
  }
  EXPECT_TRUE(budget->reached());
  EXPECT_LT(std::filesystem::file_size(file), 1300u);
  counting sink;
  auto const read = read_trace(file, sink);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->limited);
  EXPECT_GT(sink.events, 5u);
  EXPECT_LT(sink.events, 20u);
  std::filesystem::remove(file);
}

}  // namespace mailrig::history::trace_limit_test
