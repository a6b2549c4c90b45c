// kept_mail_test: messages are found in maildirs, mboxes and folders of files, with their flags.
#include "play/kept_mail.hpp"

#include <gtest/gtest.h>

#include "base/file.hpp"
#include "base/scratch_folder.hpp"

namespace mailrig::play::kept_mail_test {
namespace {

void put(std::filesystem::path const& file, std::string_view text) {
  std::filesystem::create_directories(file.parent_path());
  ASSERT_TRUE(base::write_file(file, text));
}

TEST(KeptMail, AMaildirHasFlagsInItsNames) {
  auto const folder = base::scratch_folder::make("kept").value();
  put(folder.path() / "box/cur/1.a:2,FS", "one");
  put(folder.path() / "box/new/2.b", "two");
  put(folder.path() / "box/tmp/3.c", "not yet");
  put(folder.path() / "box/cur/.hidden", "no message");
  mail_place place;
  place.how = mail_place::kind::maildir;
  for (auto const* path : {"box", ""}) {
    place.path = path;
    auto const all = read_kept_mail(place, folder.path());
    ASSERT_TRUE(all);
    ASSERT_EQ(all->size(), 2u);
    EXPECT_EQ((*all)[0].octets, "one");
    EXPECT_EQ((*all)[0].flags, (std::set<std::string>{"\\Flagged", "\\Seen"}));
    EXPECT_EQ((*all)[1].octets, "two");
    EXPECT_TRUE((*all)[1].flags.empty());
  }
}

TEST(KeptMail, AnMboxIsCutAtItsFromLines) {
  auto const all = read_mbox("From a\nSubject: 1\n\n>From x\nFrom y\n\nFrom b\nSubject: 2\n\nz\n\n", true);
  EXPECT_EQ(all, (std::vector<std::string>{"Subject: 1\n\nFrom x\nFrom y\n", "Subject: 2\n\nz\n"}));
  EXPECT_EQ(read_mbox("From a\n\n>From x\n", false), std::vector<std::string>{"\n>From x\n"});
  EXPECT_TRUE(read_mbox("", true).empty());
}

TEST(KeptMail, APlaceThatIsNotThereHasNoMail) {
  mail_place place;
  place.how = mail_place::kind::files;
  place.path = "got";
  auto const none = read_kept_mail(place, "/nonexistent");
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->empty());
}

}  // namespace
}  // namespace mailrig::play::kept_mail_test
