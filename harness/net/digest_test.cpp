#include "net/digest.hpp"

#include <gtest/gtest.h>

namespace mailrig::net::digest_test {

TEST(Digest, KnownAnswers) {
  EXPECT_EQ(hex(md5("<1896.697170952@dbc.mtview.ca.us>tanstaaf")), "c4c9334bac560ecc979e58001b3e22fb");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(base64("hello"), "aGVsbG8=");
  EXPECT_EQ(from_base64("aGVsbG8="), "hello");
  EXPECT_FALSE(from_base64("aGVsbG8"));
  EXPECT_FALSE(from_base64("a=Vs"));
  EXPECT_FALSE(from_base64("aG!s"));
}

}  // namespace mailrig::net::digest_test
