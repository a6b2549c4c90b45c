#include "wire/sasl/scram_message.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace mailrig::wire::sasl::scram_message_test {

TEST(ScramMessage, ServerFirstIsReadStrictly) {
  auto const good = read_server_first("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->nonce, "fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j");
  EXPECT_EQ(good->iterations, 4096u);
  EXPECT_TRUE(read_server_first("r=a%b)h$,s=QSXCR+Q6sek8bf92,i=1,x=y,Z=a b"));
  EXPECT_TRUE(read_server_first("m=x,r=a,s=QSXCR+Q6sek8bf92,i=1")->mandatory);
  EXPECT_EQ(read_server_first("r=a,s=QSXC,i=99999999999999999999999")->iterations,
            std::numeric_limits<std::uint64_t>::max());
  for (auto const* bad :
       {"", "r=,s=QSXC,i=1", "r=a b,s=QSXC,i=1", "s=QSXC,r=a,i=1", "r=a,s=QSX,i=1", "r=a,s=,i=1", "r=a,s=QSXC",
        "r=a,s=QSXC,i=0", "r=a,s=QSXC,i=01", "r=a,s=QSXC,i=-1", "r=a,s=QSXC,i=1,", "r=a,s=QSXC,i=1,x",
        "r=a,s=QSXC,i=1,x=", "r=a,s=QSXC,i=1,1=x", "R=a,s=QSXC,i=1", "r=a, s=QSXC,i=1", "r=a,s=QS=C,i=1"})
    EXPECT_FALSE(read_server_first(bad)) << bad;
}

TEST(ScramMessage, ServerFinalIsReadStrictly) {
  EXPECT_EQ(read_server_final("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=")->verifier, "rmF9pqV8S7suAoZWja4dJRkFsKQ=");
  EXPECT_EQ(read_server_final("e=invalid-proof")->error, "invalid-proof");
  EXPECT_TRUE(read_server_final("e=something-new,x=y"));
  for (auto const* bad : {"", "v=", "v=abc", "e=", "x=y", "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=,", "V=QSXC"})
    EXPECT_FALSE(read_server_final(bad)) << bad;
}

}  // namespace mailrig::wire::sasl::scram_message_test
