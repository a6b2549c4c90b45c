#include "base/secret_forms.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mailrig::base::secret_forms_test {

namespace {

bool has(std::string_view secret, std::string_view form) {
  return std::ranges::any_of(secret_forms(secret), [&](auto const& f) { return f.octets == form; });
}

}  // namespace

// What others wrote: coreutils' base64 and od, Python's urllib, json and html.
TEST(SecretForms, AreThoseOfOtherPrograms) {
  std::string_view const secret = "pa/s\"&<1> =";
  for (auto const* form :
       {"pa/s\"&<1> =", "pa/s\\\"&<1> =", "pa\\/s\\\"&<1> =", "pa/s&quot;&amp;&lt;1&gt; =", "pa%2fs%22%26%3c1%3e%20%3d",
        "pa%2fs%22%26%3c1%3e+%3d", "pa/s\"&<1> =3d", "70612f732226 3c313e203d"}) {
    std::string text(form);
    std::erase_if(text, [&](char c) { return c == ' ' && text.starts_with("7061"); });
    EXPECT_TRUE(has(secret, text)) << text;
  }
  for (auto const* form : {"70 61 73 73 31 21", "70:61:73:73:31:21", "%70%61%73%73%31%21", "=70=61=73=73=31=21",
                           "\\x70\\x61\\x73\\x73\\x31\\x21", "\\160\\141\\163\\163\\061\\041",
                           "\\u0070\\u0061\\u0073\\u0073\\u0031\\u0021", "&#112;&#97;&#115;&#115;&#49;&#33;",
                           "&#x70;&#x61;&#x73;&#x73;&#x31;&#x21;"})
    EXPECT_TRUE(has("pass1!", form)) << form;
  EXPECT_TRUE(has("p\xe4ssw\xf6rt", "p\xc3\xa4ssw\xc3\xb6rt"));
}

TEST(SecretForms, Base64WhereverItStands) {
  // "S3CRETxyzzyPw" alone, after one octet and after two.
  EXPECT_TRUE(has("S3CRETxyzzyPw", "UzNDUkVUeHl6enlQd"));
  EXPECT_TRUE(has("S3CRETxyzzyPw", "MzQ1JFVHh5enp5UH"));
  EXPECT_TRUE(has("S3CRETxyzzyPw", "TM0NSRVR4eXp6eVB3"));
}

TEST(SecretForms, NoneTwice) {
  auto forms = secret_forms("hunter2hunter2");
  std::ranges::sort(forms, {}, &secret_form::octets);
  EXPECT_EQ(std::ranges::adjacent_find(forms, {}, &secret_form::octets), forms.end());
}

TEST(SecretForms, AsOurOwnFilesWriteThem) {
  auto const all = written_forms("a\"b<\xe4");
  for (auto const* form : {"a\"b<\\xE4", "a\\\"b<\\\\xE4", "a&quot;b&lt;\\xE4", "a\\\"b<\\xe4", "a\"\"b<\xe4"})
    EXPECT_NE(std::ranges::find(all, form), all.end()) << form;
}

}  // namespace mailrig::base::secret_forms_test
