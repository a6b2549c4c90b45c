// Inputs as files and as octets, and back.
#include "stress/fuzz/input.hpp"

#include <gtest/gtest.h>

namespace mailrig::stress::input_test {
namespace {

using history::protocol;

std::string back(std::string_view octets_sent) { return octets_of(octets(0, octets_sent)); }

TEST(Input, OctetsAreWhatTheyWere) {
  std::string every;
  for (int c = 0; c < 256; ++c) every += char(c);
  auto const odd = std::string("a NOOP\r\n") + every + "\\\"" + std::string(300, 'x') + "\r\n";
  EXPECT_EQ(back(odd), odd);
  EXPECT_EQ(back(std::string(70000, '\0')), std::string(70000, '\0'));
  EXPECT_LT(octets(0, std::string(70000, '\0')).argument.size(), 40u);
}

TEST(Input, OctetsNameNothingThatTheLanguageKnows) {
  EXPECT_EQ(back("x $user ${password} mail[1].octets"), "x #user #{password} #ail[1].octets");
  EXPECT_EQ(back("x $box ${box}a $Forwarded"), "x $box ${box}a $Forwarded");
}

TEST(Input, LinesBecomeCommands) {
  EXPECT_EQ(octets_of_line("APPEND INBOX {text \"a\\r\\nb\"}", "t1"), "t1 APPEND INBOX {4}\r\na\r\nb\r\n");
  EXPECT_EQ(octets_of_line("SELECT {text+ \"x\"}", "t1"), "t1 SELECT {1+}\r\nx\r\n");
  EXPECT_EQ(octets_of_line("CREATE {literal box}", "t1"), "t1 CREATE \"$box\"\r\n");
  EXPECT_EQ(octets_of_line("RETR 1", ""), "RETR 1\r\n");
}

TEST(Input, AFileIsTheSameInput) {
  base::rng random(3);
  for (auto const proto : {protocol::imap, protocol::pop3}) {
    grammar const words(proto, {"IDLE"}, "/");
    for (int i = 0; i < 200; ++i) {
      auto in = derive_input(words, random);
      in.odd = i % 2;
      in.steps.push_back(octets(0, std::string("x \0\xff\"{5}\r\n", 10)));
      auto const text = text_of(in);
      auto const again = read_input(text, "x.scn");
      ASSERT_TRUE(again) << again.error().text;
      EXPECT_EQ(text_of(*again), text);
      EXPECT_EQ(again->odd, in.odd);
      EXPECT_EQ(octets_of(again->steps.back()), octets_of(in.steps.back()));
    }
  }
}

}  // namespace
}  // namespace mailrig::stress::input_test
