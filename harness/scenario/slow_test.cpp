// What is tagged slow may wait for minutes, has the time for it, and is meant only by who asks for it.
#include <gtest/gtest.h>

#include "scenario/suite.hpp"

namespace mailrig::scenario::slow_test {
namespace {

using namespace std::chrono_literals;

base::result<script> read(std::string const& tags, std::string const& conversation) {
  return read_script("title x\nproves RFC3501-5.4-01\n" + tags + "sessions a\n\n" + conversation, "/s/x/y.scn", "x/y");
}

TEST(Slow, PausesAreLongWhereTheTagSaysSo) {
  EXPECT_FALSE(read("", "pause 31m\na> NOOP\na< OK\n"));
  EXPECT_FALSE(read("", "a< within 11m ! closed\n"));
  EXPECT_FALSE(read("tags slow\n", "pause 3h\na> NOOP\na< OK\n"));
  EXPECT_FALSE(read("tags slow\n", "a< within 3h ! closed\n"));
  auto const s = read("tags slow\n", "pause 31m\na> NOOP\na< OK\na< within 29m ! closed\n");
  ASSERT_TRUE(s) << s.error().text;
  EXPECT_TRUE(s->is_slow());
  EXPECT_EQ(s->waiting(), 60min);
}

TEST(Slow, WhoAsksForItMeansIt) {
  auto const s = read("tags slow\n", "pause 31m\na> NOOP\na< OK\n").value();
  for (auto const* meant : {"slow", "x/y", "y.scn", "/s/x/y.scn"}) EXPECT_TRUE(asks_for(meant, s)) << meant;
  for (auto const* more : {"x", "RFC3501-5.4-01", "big", "x/*"}) EXPECT_FALSE(asks_for(more, s)) << more;
  auto const quick = read("", "a> NOOP\na< OK\n").value();
  EXPECT_TRUE(asks_for("x", quick));
  EXPECT_FALSE(quick.is_slow());
}

}  // namespace
}  // namespace mailrig::scenario::slow_test
