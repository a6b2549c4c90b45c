// savedate_test: dates that change, or are somebody else's.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::savedate_test {
namespace {

std::string fetch(std::string const& number, std::string const& uid, std::string const& date) {
  return "1> f FETCH " + number + " (UID SAVEDATE)\n1< * " + number + " FETCH (UID " + uid + " SAVEDATE " + date +
         ")\n1< f OK x\n";
}
std::string const first = "\"05-Jan-2026 10:00:00 +0000\"", later = "\"05-Jan-2026 10:00:02 +0000\"";
std::string const copied =
    select + fetch("1", "5", first) + "~1500\n1> c COPY 1 INBOX\n1< * 4 EXISTS\n1< c OK [COPYUID 7 5 20] x\n";
std::string const given = select +
                          "1> a APPEND INBOX \"05-Jan-2001 10:00:00 +0000\" {10+}\\nX: 1\\n\\nhi\n1< * 4 EXISTS\n1< a "
                          "OK [APPENDUID 7 20] x\n";

breach_table const table{
    {"savedate.changed", select + fetch("1", "5", first) + fetch("1", "5", later)},
    {"savedate.copied", copied + fetch("4", "20", first)},
    {"savedate.given", given + fetch("4", "20", "\"05-Jan-2001 11:00:00 +0100\"")},
};

TEST(savedate, dates_of_their_own) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(copied + fetch("4", "20", later)), nothing);
  EXPECT_EQ(found(select + fetch("1", "5", first) + fetch("1", "5", "\"05-Jan-2026 11:00:00 +0100\"")), nothing);
  EXPECT_EQ(found(given + fetch("4", "20", first)), nothing);
  EXPECT_EQ(found(select + fetch("1", "5", "NIL") + fetch("1", "5", "NIL")), nothing);
}

TEST(savedate, searched_by) {
  std::set<std::string> const nothing, extra{"search.extra"}, missing{"search.missing"};
  auto const search = [](std::string const& key, std::string const& numbers) {
    return "1> q SEARCH " + key + "\n1< * SEARCH" + numbers + "\n1< q OK x\n";
  };
  auto const told = select + fetch("1", "5", first);
  EXPECT_EQ(found(told + search("SAVEDON 5-Jan-2026", " 1")), nothing);
  EXPECT_EQ(found(told + search("SAVEDON 5-Jan-2026", "")), missing);
  EXPECT_EQ(found(told + search("SAVEDBEFORE 5-Jan-2026", " 1")), extra);
  EXPECT_EQ(found(told + search("SAVEDATESUPPORTED", "")), missing);
  EXPECT_EQ(found(select + fetch("1", "5", "NIL") + search("SAVEDATESUPPORTED", " 1")), extra);
}

}  // namespace
}  // namespace mailrig::check::savedate_test
