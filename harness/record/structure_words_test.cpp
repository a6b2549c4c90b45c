// Which strings of a pattern lose their quotes.
#include "record/structure_words.hpp"

#include <gtest/gtest.h>

namespace mailrig::record::structure_words_test {
namespace {

TEST(structure_words, words_of_structures_compare_in_any_case) {
  EXPECT_EQ(with_loose_structures("* 1 FETCH (BODY (\"TEXT\" \"x-own\" (\"a\" \"b c\") NIL \"7BIT\" 7 1) UID 2)"),
            "* 1 FETCH (BODY (TEXT x-own (a \"b c\") NIL 7BIT 7 1) UID 2)");
  EXPECT_EQ(with_loose_structures("* 1 FETCH (BODYSTRUCTURE (\"a)\" \"b\") BODY[] \"text\")"),
            "* 1 FETCH (BODYSTRUCTURE (\"a)\" b) BODY[] \"text\")");
}

TEST(structure_words, the_order_of_parameters_is_the_servers) {
  EXPECT_EQ(without_parameter_order("* 1 FETCH (BODY (\"A\" \"B\" (\"x\" \"1 (\" \"y\" \"2\") NIL (\"z\" \"3\")))"),
            "* 1 FETCH (BODY (\"A\" \"B\" (...) NIL (\"z\" \"3\")))");
  EXPECT_EQ(without_parameter_order("* 1 FETCH (BODYSTRUCTURE (((\"Ann\" NIL \"a\" \"b\"))) FLAGS (a b c d))"),
            "* 1 FETCH (BODYSTRUCTURE (((\"Ann\" NIL \"a\" \"b\"))) FLAGS (a b c d))");
}

TEST(structure_words, what_would_mean_something_else_keeps_its_quotes) {
  EXPECT_EQ(with_bare_words("* LIST () \"/\" a (\"CHILDINFO\" (\"NIL\" \"12\" \"\"))"),
            "* LIST () / a (CHILDINFO (\"NIL\" \"12\" \"\"))");
}

}  // namespace
}  // namespace mailrig::record::structure_words_test
