// What takes a word's place: its size and kind, always the same, and nothing of it.
#include "record/stand_ins.hpp"

#include <gtest/gtest.h>

namespace mailrig::record::stand_ins_test {

using mailrig::record::stand_ins;

namespace {
std::string replaced(std::string text, stand_ins::escapes e = stand_ins::escapes::none) {
  stand_ins s("key");
  s.replace(text, 0, text.size(), e);
  return text;
}
std::string message(std::string text, bool has_head = true) {
  stand_ins s("key");
  s.replace_message(text, 0, text.size(), has_head);
  return text;
}
}  // namespace

TEST(StandIns, KeepSizeAndKindAndBeginning) {
  auto const one = replaced("Alice"), same = replaced("alice"), longer = replaced("Alicestadt");
  EXPECT_EQ(one.size(), 5u);
  EXPECT_NE(one, "Alice");
  EXPECT_EQ(one.substr(1), same.substr(1));
  EXPECT_EQ(longer.substr(0, 5), one);
  EXPECT_TRUE(std::isupper(one[0]) && std::islower(one[1]));
  EXPECT_NE(replaced("Alicf")[4], one[4]);
}

TEST(StandIns, StructureAndSmallNumbersStay) {
  for (auto const* text :
       {"Content-Type: text/plain; charset=utf-8", "Thu, 12 Nov 2026 10:20:30 +0100", "NIL", "a b c"})
    EXPECT_EQ(replaced(text), text);
  EXPECT_NE(replaced("4915112345678"), "4915112345678");
}

TEST(StandIns, OctetsThatMustStayLegalDo) {
  EXPECT_EQ(replaced("=C3=A4", stand_ins::escapes::equals), "=C3=A4");
  EXPECT_NE(replaced("=BEAD"), "=BEAD");
  auto const word = replaced("=?utf-8?Q?gr=C3=BCn?=");
  EXPECT_TRUE(word.starts_with("=?utf-8?Q?") && word.find("=C3=BC") != word.npos && word.ends_with("?=")) << word;
  auto const utf8 = replaced("j\xc3\xb6rg");
  EXPECT_EQ(utf8[1], '\xc3');
  EXPECT_TRUE((utf8[2] & 0xC0) == 0x80);
}

TEST(StandIns, AMessagesHeadKeepsItsFieldsNames) {
  std::string const octets =
      "X-Secret-Project: moon\r\n goes on\r\nFrom: alice@corp.example\r\n\r\nDear Bob: hello\r\n";
  auto const out = message(octets);
  EXPECT_EQ(out.size(), octets.size());
  EXPECT_TRUE(out.starts_with("X-Secret-Project: ")) << out;
  for (auto const* word : {"moon", "goes", "alice", "corp", "Dear", "Bob", "hello"})
    EXPECT_EQ(out.find(word), out.npos) << out;
  EXPECT_EQ(message("Dear Bob\r\n", false).find("Dear"), std::string::npos);
}

TEST(StandIns, AMailboxsName) {
  auto const name = [](std::string text) {
    stand_ins s("key");
    s.replace_name(text, 0, text.size());
    return text;
  };
  EXPECT_EQ(name("INBOX"), "INBOX");
  EXPECT_EQ(name("inbox/Secret").substr(0, 6), "inbox/");
  EXPECT_EQ(name("inbox/Secret").find("Secret"), std::string::npos);
  EXPECT_NE(name("Inboxes"), "Inboxes");
  EXPECT_EQ(name("Entw&APw-rfe").substr(4, 5), "&APw-");
}

}  // namespace mailrig::record::stand_ins_test
