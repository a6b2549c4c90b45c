// fetch_request_test: labels of sections compare by what they mean, and what sets \Seen is known by them.
#include "model/fetch_request.hpp"

#include <gtest/gtest.h>

namespace mailrig::model::fetch_request_test {
namespace {

TEST(FetchRequest, HeaderNamesCompareInEachForm) {
  auto const plain = canonical_label("BODY[HEADER.FIELDS (SUBJECT TO)]");
  EXPECT_EQ(canonical_label("body[Header.Fields (\"Subject\" to)]"), plain);
  EXPECT_EQ(canonical_label("BODY[HEADER.FIELDS ({7}\r\nSubject {2+}\r\nTo)]"), plain);
  EXPECT_NE(canonical_label("BODY[HEADER.FIELDS ({7}\r\nSubject)]"), plain);
  EXPECT_EQ(canonical_label("BODY[HEADER.FIELDS (\"a\\\"b]\")]"),
            canonical_label("BODY[HEADER.FIELDS ({4}\r\na\"b])]"));
}

TEST(FetchRequest, HowManyOctetsAreToldStandsInTheRequest) {
  imap_session s;
  auto& c = s.in_progress.emplace_back();
  c.sent = wire::imap::read_command("a FETCH 1 (BODY.PEEK[]<2.3> BODY[1]<0.5> BODY[1]<0.6>)\r\n");
  auto const range = told_range(s, "BODY[]<2>");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->of("abcdef"), "cde");
  EXPECT_EQ(range->of("a"), "");
  EXPECT_FALSE(told_range(s, "BODY[]"));
  EXPECT_FALSE(told_range(s, "BODY[]<9>"));
  EXPECT_FALSE(told_range(s, "BODY[1]<0>"));
  s.in_progress.emplace_back();
  EXPECT_FALSE(told_range(s, "BODY[]<2>"));
}

TEST(FetchRequest, TextSetsSeenUnlessItPeeks) {
  auto const seen = [](std::string const& items) {
    return sets_seen(wire::imap::read_command("a FETCH 1 " + items + "\r\n"));
  };
  for (auto const* items : {"BODY[]", "(FLAGS BODY.PEEK[HEADER] BODY[1]<0.9>)", "BINARY[1]", "RFC822", "rfc822.text"})
    EXPECT_TRUE(seen(items)) << items;
  for (auto const* items : {"BODY.PEEK[]", "BODY", "(BINARY.SIZE[1] BINARY.PEEK[1])", "RFC822.HEADER", "FULL",
                            "BODY.PEEK[HEADER.FIELDS (RFC822 BODY)]"})
    EXPECT_FALSE(seen(items)) << items;
}

}  // namespace
}  // namespace mailrig::model::fetch_request_test
