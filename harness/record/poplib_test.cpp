// What Python's poplib prints comes to.
#include "record/importer_case.hpp"

namespace mailrig::record::poplib_test {
namespace {

constexpr char const* log_text =
    "*cmd* 'USER joe'\n*put* b'USER joe'\n*get* b'+OK\\r\\n'\n*resp* b'+OK'\n"
    "*cmd* 'PASS very-secret'\n*put* b'PASS very-secret'\n*get* b'+OK in.\\r\\n'\n*resp* b'+OK in.'\n"
    "*cmd* 'RETR 2'\n*put* b'RETR 2'\n*get* b'+OK 9 octets\\r\\n'\n*resp* b'+OK 9 octets'\n"
    "*get* b'A: b\\r\\n'\n*get* b'\\r\\n'\n*get* b'..\\r\\n'\n*get* b'.\\r\\n'\n";

TEST(poplib, what_was_put_and_got) {
  auto const s = sessions_of("poplib", {{"a.log", log_text}});
  EXPECT_EQ(said(s),
            "S +OK stand-in\\r\\n\n"
            "C USER joe\\r\\n\n"
            "S +OK\\r\\n\n"
            "C PASS very-secret\\r\\n\n"
            "S +OK in.\\r\\n\n"
            "C RETR 2\\r\\n\n"
            "S +OK 9 octets\\r\\n\n"
            "S A: b\\r\\n\\r\\n..\\r\\n.\\r\\n\n");
  EXPECT_EQ(lacking(s), "greeting");
  EXPECT_EQ(recognised(log_text), "poplib");
}

TEST(poplib, level_1_has_commands_alone) {
  auto const s = sessions_of("poplib", {{"a.log", "*cmd* 'STAT'\n*stat* [b'+OK', b'3', b'654']\n*cmd* 'QUIT'\n"}});
  EXPECT_TRUE(said(s).ends_with("C STAT\\r\\n\nC QUIT\\r\\n\n")) << said(s);
  EXPECT_EQ(lacking(s), "responses beginning");
}

}  // namespace
}  // namespace mailrig::record::poplib_test
