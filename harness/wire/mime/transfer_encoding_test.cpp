// transfer_encoding_test: bodies with their encoding undone, and bodies of which nobody can say what they are.
#include "wire/mime/transfer_encoding.hpp"

#include <gtest/gtest.h>

namespace mailrig::wire::mime::transfer_encoding_test {
namespace {

TEST(transfer_encoding, base64) {
  EXPECT_EQ(decode_base64("AAECAwQFBgcICQo=\r\n"), std::string("\0\1\2\3\4\5\6\7\10\11\12", 11));
  EXPECT_EQ(decode_base64("aGVs\r\nbG8="), "hello");
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("aGVsbG8"), std::nullopt);
  EXPECT_EQ(decode_base64("aGVs!bG8="), std::nullopt);
  EXPECT_EQ(decode_base64("aGVs=bG8="), std::nullopt);
}

TEST(transfer_encoding, quoted_printable) {
  EXPECT_EQ(decode_quoted_printable("a=3Db=\r\nc\r\n"), "a=bc\r\n");
  EXPECT_EQ(decode_quoted_printable("a \r\n"), std::nullopt);
  EXPECT_EQ(decode_quoted_printable("a=3d"), std::nullopt);
  EXPECT_EQ(decode_quoted_printable("a="), std::nullopt);
}

TEST(transfer_encoding, leaves) {
  std::string const mail =
      "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--x\r\nContent-Type: text/plain\r\n\r\ntwo\r\n--x--\r\n";
  auto const message = read_message(mail);
  auto const* one = find_leaf(message, "1");
  ASSERT_NE(one, nullptr);
  EXPECT_EQ(decoded_body(*one), "hello");
  EXPECT_EQ(decoded_body(*find_leaf(message, "2")), "two");
  EXPECT_EQ(find_leaf(message, "3"), nullptr);
  EXPECT_EQ(find_leaf(message, "1.1"), nullptr);
  auto const plain = read_message("Subject: x\r\n\r\nbody\r\n");
  EXPECT_EQ(decoded_body(*find_leaf(plain, "1")), "body\r\n");
  EXPECT_EQ(find_leaf(plain, "2"), nullptr);
}

}  // namespace
}  // namespace mailrig::wire::mime::transfer_encoding_test
