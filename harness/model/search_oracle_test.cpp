// search_oracle_test: keys on one known message: certain where the RFC is, unknown where it leaves room.
#include "model/search_oracle.hpp"

#include <gtest/gtest.h>

namespace mailrig::model::search_oracle_test {
namespace {

constexpr std::string_view octets =
    "From: Ada Byron <ada@example.test>\r\nSubject: Notes on =?utf-8?q?x?=\r\nX-Tag: red\r\nX-Said: a \"red\\blue\" "
    "{5}\r\nDate: Mon, 5 Jan 2026 "
    "10:00:00 +0000\r\n"
    "\r\nThe engine weaves.\r\n";

truth of(std::string const& keys) {
  known_message m;
  m.octets = octets;
  m.parts = wire::mime::read_message(m.octets);
  m.date = 1767607200;  // 5 Jan 2026 10:00 UTC
  search_facts f;
  f.number = 2;
  f.uid = 7;
  f.count = 3;
  f.largest_uid = 9;
  f.mail = &m;
  f.has_flag = [](std::string const& flag) -> std::optional<bool> {
    if (flag == "\\answered") return std::nullopt;
    return flag == "\\seen" || flag == "$work" || flag == "\\recent";
  };
  auto const key = read_search(wire::imap::read_command("t SEARCH " + keys + "\r\n"));
  EXPECT_TRUE(key) << keys;
  return key ? evaluate(*key, f) : truth::unknown;
}

TEST(SearchOracle, Certain) {
  for (auto const* keys : {"ALL",
                           "SEEN",
                           "UNFLAGGED",
                           "KEYWORD $Work",
                           "1:2",
                           "*:1",
                           "UID 7:*",
                           "UIDAFTER 6",
                           "NOT UIDAFTER 7",
                           "UIDBEFORE 8 NOT UIDBEFORE 7",
                           "FROM ada",
                           "HEADER x-tag RED",
                           "HEADER x-tag \"\"",
                           "BODY engine",
                           "TEXT byron",
                           "NOT FLAGGED",
                           "OR FLAGGED SEEN",
                           "(SEEN BODY weaves)",
                           "NOT (SEEN FLAGGED)",
                           "SENTON 5-Jan-2026",
                           "SENTBEFORE 6-Jan-2026",
                           "SENTSINCE \"5-Jan-2026\"",
                           "LARGER 100",
                           "SINCE 4-Jan-2026",
                           "BEFORE 7-Jan-2026",
                           "CHARSET UTF-8 OR TEXT engine ALL",
                           "NOT BODY absent"})
    EXPECT_NE(of(keys), truth::no) << keys;
  for (auto const* keys :
       {"UNSEEN", "3", "UID 1:6", "FROM charles", "HEADER x-none \"\"", "BODY byron", "NOT ALL", "LARGER 1000", "OLD",
        "NEW", "SENTON 6-Jan-2026", "BEFORE 3-Jan-2026", "SEEN BODY absent", "CC ada"})
    EXPECT_EQ(of(keys), truth::no) << keys;
  EXPECT_EQ(of("FROM ada"), truth::yes);
  EXPECT_EQ(of("NOT (SEEN FLAGGED)"), truth::yes);
  EXPECT_EQ(of("RECENT"), truth::yes);
  for (auto const* keys :
       {"BODY \"engine weaves\"", "TEXT \"Ada Byron\"", "NOT BODY \"engine sings\"", "HEADER Date \"Jan 2026\"",
        R"(HEADER X-Said "\"red\\blue\" {5")", R"(NOT HEADER X-Said "\\\"red")", R"(NOT HEADER X-Said "red\\\\blue")"})
    EXPECT_EQ(of(keys), truth::yes) << keys;
}

TEST(SearchOracle, WhatFetchToldCounts) {
  search_facts f;
  f.size = 100;
  f.day = 20458;  // 5 Jan 2026
  auto of_told = [&](std::string const& keys) {
    return evaluate(*read_search(wire::imap::read_command("t SEARCH " + keys + "\r\n")), f);
  };
  for (auto const* keys : {"LARGER 99", "SMALLER 101", "ON 5-Jan-2026", "SINCE 5-Jan-2026", "BEFORE 6-Jan-2026"})
    EXPECT_EQ(of_told(keys), truth::yes) << keys;
  for (auto const* keys : {"LARGER 100", "SMALLER 100", "ON 6-Jan-2026", "SINCE 6-Jan-2026", "BEFORE 5-Jan-2026"})
    EXPECT_EQ(of_told(keys), truth::no) << keys;
  EXPECT_EQ(of_told("TEXT x"), truth::unknown);
}

TEST(SearchOracle, WhatExtensionsTold) {
  search_facts f;
  f.has_save_date = true;
  f.save_day = 20458;  // 5 Jan 2026
  f.email = "M1";
  f.thread = "";  // NIL
  auto of_told = [&](std::string const& keys) {
    return evaluate(*read_search(wire::imap::read_command("t SEARCH " + keys + "\r\n")), f);
  };
  for (auto const* keys : {"SAVEDON 5-Jan-2026", "SAVEDSINCE \"5-Jan-2026\"", "SAVEDBEFORE 6-Jan-2026",
                           "SAVEDATESUPPORTED", "EMAILID M1", "NOT EMAILID m1", "NOT THREADID T1"})
    EXPECT_EQ(of_told(keys), truth::yes) << keys;
  EXPECT_EQ(of_told("SAVEDON 6-Jan-2026"), truth::no);
  // Without one it is INTERNALDATE.
  f.has_save_date = false;
  f.save_day.reset();
  EXPECT_EQ(of_told("SAVEDATESUPPORTED"), truth::no);
  EXPECT_EQ(of_told("SAVEDON 5-Jan-2026"), truth::unknown);
  f.day = 20458;
  EXPECT_EQ(of_told("SAVEDON 5-Jan-2026"), truth::yes);
  f = {};
  for (auto const* keys : {"SAVEDON 5-Jan-2026", "SAVEDATESUPPORTED", "EMAILID M1", "THREADID T1"})
    EXPECT_EQ(of_told(keys), truth::unknown) << keys;
}

TEST(SearchOracle, LeftToOpinion) {
  for (auto const* keys : {"ANSWERED", "TEXT subject", "SUBJECT notes", "FROM \"Ada Byron\"", "ON 5-Jan-2026",
                           "FROM \"\"", "HEADER X-Said \"a  red\"", "HEADER From \"Byron <\""})
    EXPECT_EQ(of(keys), truth::unknown) << keys;
  EXPECT_FALSE(read_search(wire::imap::read_command("t SEARCH RETURN (ALL) ALL\r\n")));
  EXPECT_FALSE(read_search(wire::imap::read_command("t SEARCH NONSENSE\r\n")));
}

}  // namespace
}  // namespace mailrig::model::search_oracle_test
