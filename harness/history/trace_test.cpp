#include "history/trace.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <vector>

#include "base/scratch_folder.hpp"

namespace mailrig::history::trace_test {

namespace {
struct collector final : event_sink {
  std::vector<std::pair<event, std::string>> events;
  void take(event const& e) override { events.emplace_back(e, std::string(e.octets)); }
};

auto const folder = base::scratch_folder::make("trace").value();
std::filesystem::path const file = folder.path() / "x.jsonl";

std::string all_octets() {
  std::string s;
  for (int i = 0; i < 256; ++i) s += char(i);
  return s;
}

void write_two() {
  auto w = trace_writer::open(file, {{"scenario", "x"}});
  ASSERT_TRUE(w);
  w->take({base::instant(5), 0, event_kind::opened, protocol::pop3, "u1"});
  w->take({base::instant(9), 1, event_kind::received, protocol::imap, all_octets()});
}
}  // namespace

TEST(Trace, EveryOctetComesBack) {
  write_two();
  collector c;
  auto const s = read_trace(file, c);
  ASSERT_TRUE(s) << s.error().text;
  EXPECT_EQ(s->header.at("scenario"), "x");
  ASSERT_EQ(c.events.size(), 2u);
  EXPECT_EQ(c.events[0].first.proto, protocol::pop3);
  EXPECT_EQ(c.events[1].second, all_octets());
  EXPECT_EQ(c.events[1].first.at, base::instant(9));
}

TEST(Trace, WhatItLacksFromSomewhereOnIsToldThere) {
  {
    auto w = trace_writer::open(file, {{"scenario", "x"}, {"incomplete", "1 0 order"}});
    ASSERT_TRUE(w);
    w->take({base::instant(5), 0, event_kind::opened, protocol::pop3, "u1"});
    w->lacks("0 9 content");
    w->take({base::instant(9), 0, event_kind::ended, protocol::pop3, "closed"});
  }
  collector c;
  std::vector<std::pair<std::size_t, std::string>> told;
  auto const s =
      read_trace(file, c, [&](trace_header const& h) { told.emplace_back(c.events.size(), h.at("incomplete")); });
  ASSERT_TRUE(s) << s.error().text;
  EXPECT_EQ(c.events.size(), 2u);
  using where = std::pair<std::size_t, std::string>;
  EXPECT_EQ(told, (std::vector<where>{{0, "1 0 order"}, {1, "0 9 content"}}));
}

TEST(Trace, WhatACrashLeavesIsReadable) {
  write_two();
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 7);
  collector c;
  auto const s = read_trace(file, c);
  ASSERT_TRUE(s) << s.error().text;
  EXPECT_TRUE(s->cut_short);
  EXPECT_EQ(c.events.size(), 1u);
}

TEST(Trace, SaysWhatIsWrongAndWhere) {
  auto const read = [](std::string_view text) {
    std::ofstream(file, std::ios::binary) << text;
    collector c;
    auto const s = read_trace(file, c);
    return s ? std::string() : s.error().text;
  };
  EXPECT_EQ(read("{\"a\":1}\n"), file.string() + ": line 1: not a mailrig trace (no \"mailrig-trace\" header)");
  EXPECT_EQ(read("{\"mailrig-trace\":9}\n"), file.string() + ": line 1: trace version 9, this program reads 1");
  EXPECT_EQ(read("{\"mailrig-trace\":1}\nnonsense\n{}\n"), file.string() + ": line 2: not JSON");
  EXPECT_EQ(read("{\"mailrig-trace\":1}\n{\"t\":1,\"s\":0,\"k\":\"sung\",\"o\":\"\"}\n"),
            file.string() + ": line 2: unknown event kind 'sung'");
  EXPECT_EQ(read("{\"mailrig-trace\":1}\n{\"t\":1,\"s\":1048576,\"k\":\"opened\",\"o\":\"\"}\n"),
            file.string() + ": line 2: session 1048576; sessions are numbered below 1048576");
  EXPECT_EQ(read(""), file.string() + " is empty; a trace begins with a header");
}

TEST(Trace, AFullDiskIsTold) {
  auto const w = trace_writer::open("/dev/full", {});
  ASSERT_FALSE(w);
  EXPECT_NE(w.error().text.find("/dev/full could not be written"), std::string::npos) << w.error().text;
}

}  // namespace mailrig::history::trace_test
