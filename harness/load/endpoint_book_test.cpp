#include "load/endpoint_book.hpp"

#include <gtest/gtest.h>

#include "load/recorder.hpp"

namespace mailrig::load::endpoint_book_test {

using namespace std::chrono_literals;
using history::protocol;

TEST(EndpointBook, HasARowForEachEndpointOfTheTarget) {
  scenario::target t;
  t.imap_endpoints.all = {{"a", session::access{{"127.0.0.1", 1143}, false, false}},
                          {"b", session::access{{"::1", 1144}, false, false}}};
  auto const a = endpoint_kind(protocol::imap, "a"), b = endpoint_kind(protocol::imap, "b");
  recorder r;
  r.measure(0s, 1s, 10s);
  auto const noop = kind_named("noop"), connect = kind_named("connect"), act = kind_named("act.look");
  r.take({connect, 1s, 1s, 1s, 1s + 2ms, outcome::done, a});
  r.take({noop, 2s, 2s, 2s, 2s + 4ms, outcome::done, a});
  r.take({act, 2s, 2s, 2s, 2s + 4ms, outcome::done, a});         // made of what is counted already
  r.take({noop, 500ms, 500ms, 500ms, 510ms, outcome::done, a});  // of the ramp
  r.take({connect, 3s, 3s, 3s, 3s, outcome::failed, b}, "refused");
  r.take({noop, 4s, 4s, 4s, 4s + 1ms});  // at none
  r.moved_on(b, 3s);
  r.moved_on(b, 500ms);
  auto const rows = endpoint_rows(r.endpoints().all(), t);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].name, "a");
  EXPECT_EQ(rows[0].where, "127.0.0.1:1143");
  EXPECT_EQ(rows[0].operations.done, 2u);
  EXPECT_EQ(rows[0].connections.done, 1u);
  EXPECT_EQ(rows[0].left, 0u);
  EXPECT_EQ(rows[1].where, "[::1]:1144");
  EXPECT_EQ(rows[1].operations.failed, 1u);
  EXPECT_EQ(rows[1].connections.failures.at("refused"), 1u);
  EXPECT_EQ(rows[1].left, 1u);
}

TEST(EndpointBook, RowsOfTheSameEndpointAreAdded) {
  auto const row = [](protocol p, char const* name, std::uint64_t done) {
    endpoint_row out;
    out.proto = p, out.name = name, out.left = 1;
    out.operations.done = out.connections.done = done;
    return out;
  };
  std::vector<endpoint_row> sum;
  add_rows(sum, {row(protocol::imap, "a", 3), row(protocol::pop3, "a", 5)});
  add_rows(sum, {row(protocol::pop3, "a", 7), row(protocol::imap, "b", 11)});
  ASSERT_EQ(sum.size(), 3u);
  EXPECT_EQ(sum[0].operations.done, 3u);
  EXPECT_EQ(sum[1].operations.done, 12u);
  EXPECT_EQ(sum[1].connections.done, 12u);
  EXPECT_EQ(sum[1].left, 2u);
  EXPECT_EQ(sum[2].name, "b");
}

TEST(EndpointBook, NothingKeptIsNoRow) { EXPECT_TRUE(endpoint_rows({}, {}).empty()); }

}  // namespace mailrig::load::endpoint_book_test
