// growing_input_test: what a growing input says at each size, and what its file may say.
#include "stress/cost/growing_input.hpp"

#include <gtest/gtest.h>

#include "base/file.hpp"
#include "base/scratch_folder.hpp"

namespace mailrig::stress::growing_input_test {
namespace {

TEST(GrowingInputTest, Texts) {
  EXPECT_EQ(grown("SEARCH ${NOT }SEEN", 3, {}), "SEARCH NOT NOT NOT SEEN");
  EXPECT_EQ(grown("${(}ALL${)}", 2, {}), "((ALL))");
  EXPECT_EQ(grown("UID FETCH ${$i,}$n FLAGS", 3, {}), "UID FETCH 1,2,3,3 FLAGS");
  EXPECT_EQ(grown("CREATE $box-$n", 7, {{"box", "x"}}), "CREATE x-7");
  EXPECT_EQ(grown("STATUS $box$i ${a$i}", 2, {{"box", "x"}, {"i", "9"}}), "STATUS x9 a1a2");
  EXPECT_EQ(grown("APPEND INBOX {5} $Forwarded ${", 2, {}), "APPEND INBOX {5} $Forwarded ${");
  EXPECT_EQ(grown("${a}", 0, {}), "");
}

TEST(GrowingInputTest, Sizes) {
  growing_input i;
  i.from = 2, i.factor = 1.5, i.most = 10;
  EXPECT_EQ(sizes_of(i), (std::vector<std::uint64_t>{2, 3, 5, 7, 10}));
  i.from = 16, i.factor = 2, i.most = 128;
  EXPECT_EQ(sizes_of(i), (std::vector<std::uint64_t>{16, 32, 64, 128}));
  i.from = 1000, i.factor = 1000, i.most = 4294967295;
  EXPECT_EQ(sizes_of(i), (std::vector<std::uint64_t>{1000, 1000000, 1000000000, 4294967295}));
}

TEST(GrowingInputTest, Files) {
  auto const folder = base::scratch_folder::make("growing").value();
  auto const read = [&](std::string const& text) {
    auto const file = folder.path() / "x.toml";
    EXPECT_TRUE(base::write_file(file, text));
    return read_growing_input(file);
  };
  auto const good = read(
      "title = \"t\"\nstate = \"selected\"\nmemory = 0\nkept = true\nmessage = \"\"\"\nTo: ${a,}b\n\nx\"\"\"\nask = "
      "[\"NOOP\"]\n[crowd]\nsize = \"$n\"\nsays = [\"IDLE\"]\nend = \"drops\"\n");
  ASSERT_TRUE(good) << good.error().text;
  EXPECT_EQ(good->name, "x");
  EXPECT_EQ(good->message, "To: ${a,}b\r\n\r\nx");
  EXPECT_EQ(good->memory.fair, 0);
  EXPECT_FALSE(good->memory.most_of);
  EXPECT_EQ(good->others.ends, crowd::end::drops);
  EXPECT_FALSE(read("title = \"t\"\n"));
  EXPECT_FALSE(read("title = \"t\"\nask = [\"NOOP\"]\nfrom = 10\nmost = 20\n"));
  EXPECT_FALSE(read("title = \"t\"\nask = [\"NOOP\"]\nmal = \"plain\"\n"));
  EXPECT_FALSE(read("title = \"t\"\nask = [\"NOOP\"]\nmail = \"plain\"\nmessage = \"x\"\n"));
}

}  // namespace
}  // namespace mailrig::stress::growing_input_test
