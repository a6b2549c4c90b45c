// namespace_prefix_test: a namespace's prefix is a name as any other is (RFC 2342 §6).
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::namespace_prefix_test {
namespace {

breach_table const table{
    {"grammar.mutf7", all5 + "1> a NAMESPACE\n1< * NAMESPACE ((\"&AGE-\" \"/\")) NIL NIL\n1< a OK x\n"},
    {"grammar.mutf7", all5 + "1> a NAMESPACE\n1< * NAMESPACE NIL ((\"~\" \"/\")(\"#\t\" \"/\")) NIL\n1< a OK x\n"},
};

TEST(NamespacePrefix, NamesAndNothingAreRight) {
  for (std::string const told : {"((\"\" \"/\")) NIL NIL", "((\"INBOX.\" \".\")) ((\"~\" \"/\")) ((\"&AOk-/\" \"/\"))",
                                 "NIL NIL ((\"#news.\" NIL))"})
    EXPECT_FALSE(found(all5 + "1> a NAMESPACE\n1< * NAMESPACE " + told + "\n1< a OK x\n").contains("grammar.mutf7"));
}

}  // namespace
}  // namespace mailrig::check::namespace_prefix_test
