// preview_test: previews that are none.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::preview_test {
namespace {

std::string fetch(std::string const& item, std::string const& told) {
  return select + "1> f FETCH 1 (" + item + ")\n1< * 1 FETCH (PREVIEW " + told + ")\n1< f OK x\n";
}
std::string quoted(std::size_t size) { return "\"" + std::string(size, 'x') + "\""; }
std::string const coded =
    select +
    "1> a APPEND INBOX {89+}\\nContent-Type: text/plain\\nContent-Transfer-Encoding: "
    "base64\\n\\naGVsbG8gb2xkIHdvcmxkIQ==\\n\n1< * 4 EXISTS\n1< a OK [APPENDUID 7 20] x\n1> b FETCH 4 UID\n"
    "1< * 4 FETCH (UID 20)\n1< b OK x\n";

breach_table const table{
    {"preview.nil", fetch("PREVIEW", "NIL")},
    {"preview.utf8", fetch("PREVIEW", "{4}\\ncaf\xE9")},
    {"preview.too-long", fetch("PREVIEW", quoted(257))},
    {"preview.long", fetch("PREVIEW (LAZY)", quoted(201))},
    {"preview.encoded",
     coded + "1> f FETCH 4 (PREVIEW)\n1< * 4 FETCH (PREVIEW \"aGVsbG8gb2xkIHdvcmxkIQ==\")\n1< f OK x\n"},
};

TEST(preview, texts) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(fetch("PREVIEW (LAZY)", "NIL")), nothing);
  EXPECT_EQ(found(fetch("PREVIEW", "\"\"")), nothing);
  EXPECT_EQ(found(fetch("PREVIEW", quoted(200))), nothing);
  EXPECT_EQ(found(fetch("PREVIEW", "{5}\\ncaf\xC3\xA9")), nothing);
  EXPECT_EQ(found(coded + "1> f FETCH 4 (PREVIEW)\n1< * 4 FETCH (PREVIEW \"hello old world!\")\n1< f OK x\n"), nothing);
}

}  // namespace
}  // namespace mailrig::check::preview_test
