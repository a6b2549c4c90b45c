// What is filled, and how large it is.
#include "record/restored.hpp"

#include <gtest/gtest.h>

#include "check/judge.hpp"
#include "record/import.hpp"

namespace mailrig::record::restored_test {
namespace {

TEST(restored, stand_ins_have_the_size_and_end_in_whole_lines) {
  for (std::size_t size = 0; size < 400; ++size) {
    auto const text = stand_in(size);
    ASSERT_EQ(text.size(), size);
    EXPECT_TRUE(size < 2 || text.ends_with("\r\n")) << size;
    for (std::size_t i = 0; i < text.size(); ++i)
      ASSERT_TRUE(text[i] != '\n' || (i > 0 && text[i - 1] == '\r')) << size;
  }
}

TEST(restored, protocols_are_told_by_what_is_said) {
  dialogue d;
  d.said = {{side::server, "+OK hi"}, {side::client, "STAT"}, {side::server, "+OK 0 0"}};
  EXPECT_EQ(protocol_of(d), history::protocol::pop3);
  d.said = {{side::server, "* OK hi"}, {side::client, "a1 NOOP"}, {side::server, "a1 OK"}};
  EXPECT_EQ(protocol_of(d), history::protocol::imap);
}

/// Whatever is cut out of the middle of a correct session, its trace blames nobody.
TEST(restored, no_one_is_accused_for_what_a_log_lost) {
  std::vector<spoken> const whole{
      {side::server, "* OK [CAPABILITY IMAP4rev1] hi"},
      {side::client, "a1 LOGIN joe x"},
      {side::server, "a1 OK in"},
      {side::client, "a2 SELECT INBOX"},
      {side::server, "* FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft)"},
      {side::server, "* 2 EXISTS"},
      {side::server, "* 0 RECENT"},
      {side::server, "* OK [UIDVALIDITY 5] ok"},
      {side::server, "* OK [UIDNEXT 8] ok"},
      {side::server, "a2 OK [READ-WRITE] done"},
      {side::client, "a3 FETCH 1:2 (UID RFC822.SIZE BODY.PEEK[])"},
      {side::server, "* 1 FETCH (UID 6 RFC822.SIZE 11 BODY[] {11}"},
      {side::server, "A: b"},
      {side::server, ""},
      {side::server, "x"},
      {side::server, ")"},
      {side::server, "* 2 FETCH (UID 7 RFC822.SIZE 4 BODY[] {4}"},
      {side::server, ""},
      {side::server, ""},
      {side::server, ")"},
      {side::server, "a3 OK done"},
      {side::client, "a4 EXPUNGE"},
      {side::server, "* 1 EXPUNGE"},
      {side::server, "a4 OK done"},
      {side::client, "a5 FETCH 1 UID"},
      {side::server, "* 1 FETCH (UID 7)"},
      {side::server, "a5 OK done"},
      {side::client, "a6 LOGOUT"},
      {side::server, "* BYE bye"},
      {side::server, "a6 OK done"},
  };
  for (std::size_t from = 0; from < whole.size(); ++from)
    for (std::size_t n = 0; n + from <= whole.size() && n < whole.size(); ++n) {
      dialogue d;
      d.by_hand = true;
      d.said.assign(whole.begin(), whole.begin() + std::ptrdiff_t(from));
      d.said.insert(d.said.end(), whole.begin() + std::ptrdiff_t(from + n), whole.end());
      for (std::size_t i = 0; i < d.said.size(); ++i) d.said[i].line = i + 1;
      if (d.said.empty()) continue;
      imported all;
      all.sessions.push_back(restore(d));
      check::judge j(base::registry<check::checker_kind>::all(), nullptr);
      auto const header = header_of(all);
      if (auto const gaps = header.find(check::gaps_key); gaps != header.end()) j.lacks(check::read_gaps(gaps->second));
      replay(all, j);
      // Of lines that nobody misses nothing can be told: what is left looks whole.
      if (all.sessions[0].gaps.empty()) continue;
      for (auto const& f : j.findings()) ADD_FAILURE() << from << "+" << n << ": " << f.rule << " " << f.octets;
    }
}

}  // namespace
}  // namespace mailrig::record::restored_test
