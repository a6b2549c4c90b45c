// claims_test: an id that no row has is told where it stands; all that mailrig itself names have rows.
#include "scenario/claims.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/scratch_folder.hpp"
#include "check/checker.hpp"
#include "embedded/defect.hpp"
#include "scenario/collection.hpp"

namespace mailrig::scenario::claims_test {
namespace {

std::string const source = MAILRIG_SOURCE_DIR;

history::catalogue const& rows() {
  static auto const all = history::catalogue::read(source + "/scenarios/requirements.tsv");
  EXPECT_TRUE(all);
  return *all;
}

std::string fault_of(std::string const& name, std::string const& text) {
  auto const folder = base::scratch_folder::make("claims");
  auto const file = folder->path() / name;
  std::ofstream(file) << text;
  auto const s = read_script(text, file.string(), "x");
  EXPECT_TRUE(s);
  auto const known = known_claims({*s}, rows());
  return known ? "" : known.error().text;
}

TEST(Claims, AnUnknownIdIsToldWithFileAndLine) {
  EXPECT_EQ(fault_of("a.scn", "title x\nproves RFC3501-7.4.1-05\n\nclient> NOOP\nclient< OK\n"), "");
  auto const head =
      fault_of("a.scn", "title x\nproves RFC3501-7.4.1-05 RFC3501-7.4.1-99\n\nclient> NOOP\nclient< OK\n");
  EXPECT_NE(head.find("a.scn:2:25: 'RFC3501-7.4.1-99' is no row of requirements.tsv; did you mean RFC3501-7.4.1-"),
            std::string::npos)
      << head;
  auto const step =
      fault_of("a.scn", "title x\nproves RFC3501-7.4.1-05\n\nproves RFC3501-7.4.1\nclient> NOOP\nclient< OK\n");
  EXPECT_NE(step.find("a.scn:4:8: 'RFC3501-7.4.1' is no row"), std::string::npos) << step;
}

TEST(Claims, WithinConcurrentlyToo) {
  auto const inside = fault_of("a.scn",
                               "title x\nproves RFC3501-7.4.1-05\nsessions a b\n\na> NOOP\na< OK\nproves RFC0-1-01\n"
                               "concurrently {\na> NOOP\na< OK\n}\n");
  EXPECT_NE(inside.find("a.scn:7:8: 'RFC0-1-01'"), std::string::npos) << inside;
}

TEST(Claims, OfTheMatrixByItsLine) {
  auto const folder = base::scratch_folder::make("claims");
  auto const file = folder->path() / "claims-matrix.tsv";
  std::ofstream(file) << "a\nimap\tRFC0-1-01\n";
  auto const known = known_claims({"RFC0-1-01"}, file.string() + ":2", rows());
  ASSERT_FALSE(known);
  EXPECT_NE(known.error().text.find("claims-matrix.tsv:2:6: 'RFC0-1-01'"), std::string::npos) << known.error().text;
}

TEST(Claims, OfAWorkloadOverLines) {
  auto const folder = base::scratch_folder::make("claims");
  auto const file = folder->path() / "claims.toml";
  std::ofstream(file) << "title = \"RFC0-1-01\"\nproves = [\"RFC3501-7.4.1-05\",\n  \"RFC0-1-01\"]\n";
  auto const known = known_claims({"RFC3501-7.4.1-05", "RFC0-1-01"}, file.string(), rows());
  ASSERT_FALSE(known);
  EXPECT_NE(known.error().text.find("claims.toml:3:4: 'RFC0-1-01'"), std::string::npos) << known.error().text;
}

TEST(Claims, OfOurScenarios) {
  auto const all = read_collection(source + "/scenarios");
  ASSERT_TRUE(all) << all.error().text;
  auto const known = known_claims(*all, rows());
  EXPECT_TRUE(known) << known.error().text;
}

TEST(Claims, OfOurCheckers) {
  for (auto const* k : base::registry<check::checker_kind>::all())
    for (auto const& r : k->rules) {
      EXPECT_TRUE(rows().find(r.requirement)) << k->name << '.' << r.name << ": " << r.requirement;
      for (auto const id : base::words(r.also)) EXPECT_TRUE(rows().find(id)) << k->name << '.' << r.name << ": " << id;
    }
}

TEST(Claims, OfOurDefects) {
  for (auto const* d : base::registry<embedded::defect>::all()) {
    EXPECT_FALSE(base::words(d->breaks).empty()) << d->name;
    for (auto const id : base::words(d->breaks)) EXPECT_TRUE(rows().find(id)) << d->name << ": " << id;
  }
}

}  // namespace
}  // namespace mailrig::scenario::claims_test
