// Workload files: those that come with mailrig are read, mistakes are told with file and line.
#include "stress/workload.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/scratch_folder.hpp"

namespace mailrig::stress::workload_test {

namespace {

std::string complaint_about(std::string const& text) {
  auto const folder = base::scratch_folder::make("workload");
  auto const file = folder->path() / "workload.toml";
  std::ofstream(file) << text;
  auto const read = read_workload(file);
  return read ? "" : read.error().text;
}

}  // namespace

TEST(Workload, AllOfThemAreRead) {
  auto const all = read_workloads(MAILRIG_SOURCE_DIR "/scenarios/workloads");
  ASSERT_TRUE(all) << all.error().text;
  EXPECT_GE(all->size(), 12u);
  for (auto const& w : *all) {
    EXPECT_FALSE(w.habits.empty()) << w.name;
    EXPECT_FALSE(w.proves.empty()) << w.name;
  }
}

TEST(Workload, MistakesAreToldWithTheirLine) {
  EXPECT_NE(complaint_about("title = \"x\"\n").find("[[device]] is missing"), std::string::npos);
  EXPECT_NE(complaint_about("title = \"x\"\nround = 3\n").find(":2: 'round' is no key"), std::string::npos);
  EXPECT_NE(complaint_about("title = \"x\"\n[[device]]\nnames = [\"a\"]\n[device.does]\nnop = 1\n")
                .find(":5: 'nop' is no turn"),
            std::string::npos);
  EXPECT_NE(complaint_about("title = \"x\"\n[[device]]\nnames = [\"a\"]\n[device.does]\nnoop = 0\n")
                .find("noop is a whole number from 1 to 1000"),
            std::string::npos);
  EXPECT_NE(complaint_about("title = \"x\n").find(":1:"), std::string::npos);
}

}  // namespace mailrig::stress::workload_test
