// language_test: which language is spoken, and how text is compared.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::language_test {
namespace {

std::string asked(std::string const& command, std::string const& told) {
  return select + "1> a " + command + "\n" + (told.empty() ? "" : "1< * " + told + "\n") + "1< a OK x\n";
}

breach_table const table{
    {"language.no-default", asked("LANGUAGE", "LANGUAGE (en de)")},
    {"language.nothing-else", asked("LANGUAGE", "LANGUAGE (i-default)")},
    {"language.untold", asked("LANGUAGE de", "")},
    {"language.another", asked("LANGUAGE de fr", "LANGUAGE (en)")},
    {"language.unlisted", asked("LANGUAGE", "")},
    {"language.several", asked("LANGUAGE de", "LANGUAGE (de i-default)")},
    {"language.comparator-untold", asked("COMPARATOR", "")},
    {"language.matching", asked("COMPARATOR i;octet", "COMPARATOR i;octet (i;octet)")},
    {"language.matching", asked("COMPARATOR i;*", "COMPARATOR i;octet (i;ascii-casemap i;unicode-casemap)")},
};

TEST(language, what_was_asked_for_is_told) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(asked("LANGUAGE", "LANGUAGE (EN i-default)")), nothing);
  EXPECT_EQ(found(asked("LANGUAGE fr-CA en-CA", "LANGUAGE (en)")), nothing);
  EXPECT_EQ(found(asked("LANGUAGE de", "LANGUAGE (de-DE)")), nothing);
  EXPECT_EQ(found(asked("LANGUAGE default", "LANGUAGE (de)")), nothing);
  EXPECT_EQ(found(select + "1> a LANGUAGE\n1< a NO x\n"), nothing);
  EXPECT_EQ(found(asked("COMPARATOR i;octet", "")), nothing);
  EXPECT_EQ(found(asked("COMPARATOR i;*", "COMPARATOR i;octet (i;octet i;ascii-casemap)")), nothing);
}

}  // namespace
}  // namespace mailrig::check::language_test
