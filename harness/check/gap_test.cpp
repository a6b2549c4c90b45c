// What a record lacks silences the checkers that build on it, and no others.
#include "check/gap.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "check/judge.hpp"

namespace mailrig::check::gap_test {
namespace {

using history::event_kind;

/// Rules that are broken in a session that selects, sees 3 messages, and is then told of a fourth one.
std::vector<std::string> found(std::vector<gap> const& gaps, bool again) {
  judge j(base::registry<checker_kind>::all(), nullptr);
  j.lacks(gaps);
  std::int64_t at = 0;
  auto say = [&](event_kind kind, std::string_view octets) {
    j.take({base::instant(++at), 0, kind, history::protocol::imap, octets});
  };
  say(event_kind::opened, "u host");
  say(event_kind::received, "* PREAUTH hello\r\n");
  auto select = [&](char const* tag) {
    say(event_kind::sent, std::string(tag) + " SELECT INBOX\r\n");
    say(event_kind::received,
        "* FLAGS (\\Seen)\r\n* 3 EXISTS\r\n* 0 RECENT\r\n" + std::string(tag) + " OK [READ-WRITE] \r\n");
  };
  select("a1");
  if (again) select("a2");
  say(event_kind::sent, "a3 NOOP\r\n");
  say(event_kind::received, "* 4 EXPUNGE\r\n");
  say(event_kind::received, "* 1 fetch )\r\n");
  std::vector<std::string> out;
  for (auto const& f : j.findings()) out.push_back(f.rule.substr(0, f.rule.find('.')));
  return out;
}

bool has(std::vector<std::string> const& all, std::string const& one) {
  return std::ranges::find(all, one) != all.end();
}

TEST(gap, who_builds_on_what_is_lacking_is_mute) {
  EXPECT_TRUE(has(found({}, false), "seqmap"));
  EXPECT_FALSE(has(found({{0, base::instant(6), lack::responses}}, false), "seqmap"));
  EXPECT_TRUE(has(found({{1, base::instant(0), lack::responses}}, false), "seqmap"));
}

TEST(gap, grammar_is_judged_all_the_same) {
  EXPECT_TRUE(has(found({{0, base::instant(0), lack::order}}, false), "grammar"));
}

TEST(gap, a_select_tells_anew_what_was_before_the_record) {
  EXPECT_TRUE(has(found({{0, base::instant(0), lack::beginning}}, true), "seqmap"));
  EXPECT_FALSE(has(found({{0, base::instant(0), lack::commands}}, true), "seqmap"));
}

TEST(gap, is_written_and_read) {
  std::vector<gap> const all{{0, base::instant(0), lack::greeting}, {7, base::instant(1500000), lack::content}};
  EXPECT_EQ(written(all), "0 0 greeting; 7 1500000 content");
  EXPECT_EQ(read_gaps(written(all)), all);
  EXPECT_TRUE(read_gaps("x 0 greeting; 1 2; 1 2 nothing;").empty());
}

}  // namespace
}  // namespace mailrig::check::gap_test
