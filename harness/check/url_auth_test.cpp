// url_auth_test: URLs with tokens, made and used.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::url_auth_test {
namespace {

std::string const rump = "imap://u@h/INBOX/;uid=5;urlauth=anonymous";
std::string const token = "0123456789abcdef0123456789ABCDEF";
std::string asked(std::string const& command, std::string const& told, std::string const& end = "OK x") {
  return select + "1> a " + command + "\n" + (told.empty() ? "" : "1< * " + told + "\n") + "1< a " + end + "\n";
}
std::string made(std::string const& url) {
  return asked("GENURLAUTH \"" + rump + "\" INTERNAL", "GENURLAUTH \"" + url + "\"");
}

breach_table const table{
    {"url_auth.token", made(rump + ":internal:0123")},
    {"url_auth.token", made(rump + ":internal:xyz3456789abcdef0123456789abcdef")},
    {"url_auth.rump", made("imap://U@h/INBOX/;uid=5;urlauth=anonymous:internal:" + token)},
    {"url_auth.rump", asked("GENURLAUTH \"" + rump + "\" INTERNAL", "")},
    {"url_auth.unanswered", asked("URLFETCH \"x\"", "")},
    {"url_auth.no", asked("URLFETCH \"x\"", "", "NO x")},
    {"url_auth.others", asked("URLFETCH \"x\"", "URLFETCH \"y\" NIL")},
    {"url_auth.mechanisms", asked("RESETKEY INBOX", "")},
};

TEST(url_auth, each_url_is_answered_for) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(made(rump + ":INTERNAL:" + token)), nothing);
  EXPECT_EQ(found(asked("URLFETCH \"x\" \"y\"", "URLFETCH \"y\" NIL \"x\" \"\"")), nothing);
  EXPECT_EQ(found(asked("RESETKEY", "")), nothing);
  EXPECT_EQ(found(asked("RESETKEY INBOX", "", "OK [URLMECH INTERNAL XSAMPLE=P34O] x")), nothing);
  EXPECT_EQ(found(asked("RESETKEY INBOX", "OK [URLMECH INTERNAL] x")), nothing);
}

}  // namespace
}  // namespace mailrig::check::url_auth_test
