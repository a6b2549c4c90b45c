// binary_content_test: parts with their encoding undone.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::binary_content_test {
namespace {

/// A fourth message, of base64 "hello" as something that is no text.
std::string const base64 =
    select +
    "1> a APPEND INBOX {87+}\\nContent-Type: application/octet-stream\\nContent-Transfer-Encoding: "
    "base64\\n\\naGVsbG8=\\n\n1< * 4 EXISTS\n1< a OK [APPENDUID 7 20] x\n1> b FETCH 4 UID\n1< * 4 FETCH (UID 20)\n1< b "
    "OK x\n";
std::string const text =
    select +
    "1> a APPEND INBOX {80+}\\nContent-Type: text/plain\\nContent-Transfer-Encoding: "
    "quoted-printable\\n\\na=3Db\\n\n1< * 4 EXISTS\n1< a OK [APPENDUID 7 20] x\n1> b FETCH 4 UID\n1< * 4 FETCH (UID "
    "20)\n1< b OK x\n";

std::string fetch(std::string const& before, std::string const& item, std::string const& told) {
  return before + "1> z FETCH 4 (" + item + ")\n1< * 4 FETCH (" + told + ")\n1< z OK x\n";
}

breach_table const table{
    {"binary_content.octets", fetch(base64, "BINARY.PEEK[1]", "BINARY[1] \"hellO\"")},
    {"binary_content.text", fetch(text, "BINARY.PEEK[1]", "BINARY[1] \"a=b\"")},
    {"binary_content.partial", fetch(base64, "BINARY.PEEK[1]<1.2>", "BINARY[1]<1> \"he\"")},
    {"binary_content.size", fetch(base64, "BINARY.SIZE[1]", "BINARY.SIZE[1] 8")},
    {"binary_content.size",
     select + "1> z FETCH 3 (BINARY.SIZE[1] BINARY.PEEK[1])\n1< * 3 FETCH (BINARY.SIZE[1] 8 BINARY[1] \"hello\")\n"
              "1< z OK x\n"},
    {"binary_content.needless", fetch(base64, "BINARY.PEEK[1]", "BINARY[1] ~{5}\\nhello")},
};

TEST(binary_content, decoded_parts) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(fetch(base64, "BINARY.PEEK[1] BINARY.SIZE[1]", "BINARY[1] \"hello\" BINARY.SIZE[1] 5")), nothing);
  EXPECT_EQ(found(fetch(base64, "BINARY.PEEK[1]<1.2>", "BINARY[1]<1> \"el\"")), nothing);
  EXPECT_EQ(found(fetch(base64, "BINARY.PEEK[1]<9.2>", "BINARY[1]<9> \"\"")), nothing);
}

}  // namespace
}  // namespace mailrig::check::binary_content_test
