// Several logs on one axis, their header, and what is said of files that are none.
#include "record/import.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "base/must.hpp"
#include "base/scratch_folder.hpp"

namespace mailrig::record::import_test {
namespace {

class import_files : public testing::Test {
 protected:
  std::filesystem::path put(std::string const& name, std::string const& text) {
    std::ofstream(folder_.path() / name, std::ios::binary) << text;
    return folder_.path() / name;
  }
  base::scratch_folder folder_ = [] {
    auto made = base::scratch_folder::make("mailrig-import");
    MAILRIG_MUST(made);
    return std::move(*made);
  }();
};

struct taker : history::event_sink {
  std::vector<std::string> lines;
  void take(history::event const& e) override {
    lines.push_back(std::to_string(e.at.count() / 1'000'000) + " " + std::to_string(e.session) + " " +
                    std::string(history::name_of(e.kind)) + " " + std::string(e.octets));
  }
};

constexpr char const* first = "10:00:00 S: * OK hi\n10:00:01 C: a1 LOGIN joe very-secret\n10:00:03 S: a1 OK\n";
constexpr char const* second = "10:00:02 S: * OK hi\n10:00:02 C: b1 LOGIN joe very-secret\n10:00:04 S: b1 OK\n";

TEST_F(import_files, several_are_sessions_on_one_axis) {
  auto const all = import({put("1.log", first), put("2.log", second)}, "");
  ASSERT_TRUE(all) << all.error().text;
  taker t;
  replay(*all, t);
  std::vector<std::string> const expected{
      "0 0 opened user1 log",      "0 0 received * OK hi\r\n",    "1000 0 sent a1 LOGIN HIDDENSECRET HIDDENSECRET\r\n",
      "2000 1 opened user1 log",   "2000 1 received * OK hi\r\n", "2000 1 sent b1 LOGIN HIDDENSECRET HIDDENSECRET\r\n",
      "3000 0 received a1 OK\r\n", "3000 0 ended log ended",      "4000 1 received b1 OK\r\n",
      "4000 1 ended log ended"};
  EXPECT_EQ(t.lines, expected);
  auto const header = header_of(*all);
  EXPECT_EQ(header.at("imported"), "transcript");
  EXPECT_EQ(header.at("sessions"), "1 2");
  EXPECT_FALSE(header.contains("incomplete"));
}

TEST_F(import_files, a_folder_leaves_out_what_is_no_log) {
  put("1.log", first);
  put("notes.txt", "nothing of it\n");
  auto const all = import({folder_.path()}, "");
  ASSERT_TRUE(all) << all.error().text;
  EXPECT_EQ(all->sessions.size(), 1u);
  EXPECT_TRUE(std::ranges::any_of(all->unread, [](auto const& u) { return u.ends_with("notes.txt: not recognised"); }));
}

TEST_F(import_files, faults_say_where_and_how_to_mend) {
  auto const none = import({put("notes.txt", "nothing of it\n")}, "");
  ASSERT_FALSE(none);
  EXPECT_TRUE(none.error().rule.ends_with("notes.txt:1")) << none.error().rule;
  EXPECT_NE(none.error().text.find("name its format"), std::string::npos);
  auto const format = import({put("1.log", first)}, "nonsense");
  ASSERT_FALSE(format);
  EXPECT_NE(format.error().text.find("transcript"), std::string::npos);
  EXPECT_FALSE(import({folder_.path() / "absent"}, ""));
}

TEST_F(import_files, what_is_lacking_is_in_the_header) {
  auto const all = import({put("1.log", "S: * 1 FETCH (BODY[] {4}\nC: a2 NOOP\nS: a2 OK\n")}, "");
  ASSERT_TRUE(all) << all.error().text;
  auto const header = header_of(*all);
  EXPECT_EQ(header.at("incomplete"), "0 0 beginning; 0 0 content; 0 0 responses");
  EXPECT_NE(header.at("notes").find("1.log:1: the literal of 4 octets is not whole"), std::string::npos);
}

}  // namespace
}  // namespace mailrig::record::import_test
