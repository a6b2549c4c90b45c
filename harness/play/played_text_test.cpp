// played_text_test: tags, words, literals and messages as a script's lines write them.
#include "play/played_text.hpp"

#include <gtest/gtest.h>

namespace mailrig::play::played_text_test {
namespace {

using history::protocol;

TEST(PlayedText, TagsAndWordsAreTheClients) {
  scenario::mailroom const room(std::filesystem::path(MAILRIG_SOURCE_DIR) / "fixtures/mail");
  played_text const t(protocol::imap, room, {});
  client_unit const last{"a009 FETCH 1 FLAGS\r\n", "a009", "FETCH", {"FETCH", "1", "FLAGS"}};
  EXPECT_EQ(t.line("OK done", last), "a009 OK done\r\n");
  EXPECT_EQ(t.line("* $1 FETCH ()", last), "* 1 FETCH ()\r\n");
  EXPECT_EQ(t.line("* OK $9 {3} $x", last), "* OK  {3} $x\r\n");
  EXPECT_EQ(t.filled_in("$tag $next1 $next2", last), "a009 a010 a011");
  EXPECT_EQ(t.filled_in("$next1", {"", "tag", "", {}}), "tag");
  EXPECT_EQ(t.filled_in(R"({text "a\"b\r\n"})", last), "{5}\r\na\"b\r\n");
  EXPECT_EQ(t.filled_in("{mail tiny}", last).substr(0, 6), "{54}\r\n");
}

TEST(PlayedText, Pop3MessagesHaveTheirDotsStuffed) {
  scenario::mailroom const room(std::filesystem::path(MAILRIG_SOURCE_DIR) / "fixtures/mail");
  std::vector<scenario::mail_declaration> const declared{{"tiny", 1, {}}};
  played_text const t(protocol::pop3, room, declared);
  auto const body = t.line("= mail[1].octets", {});
  EXPECT_TRUE(body.ends_with("\r\n\r\n..\r\n.\r\n")) << body;
  EXPECT_EQ(t.line("OK then", {}), "OK then\r\n");
}

}  // namespace
}  // namespace mailrig::play::played_text_test
