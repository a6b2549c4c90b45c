// flag_truth_test: a flag that one session stored to stay, and another for itself alone.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::flag_truth_test {
namespace {

std::string select_by(char session, std::string const& more) {
  std::string const s(1, session);
  return s + "< * OK hi\n" + s + "> l LOGIN u p\n" + s + "< l OK in\n" + s + "> s SELECT INBOX\n" + s +
         "< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n" + s + "< * 1 EXISTS\n" + s + "< * 0 RECENT\n" +
         s + "< * OK [UIDVALIDITY 7] v\n" + s + "< * OK [UIDNEXT 6] n\n" + more;
}
std::string writer(char session) { return select_by(session, std::string(1, session) + "< s OK [READ-WRITE] done\n"); }
std::string reader(char session) {
  std::string const s(1, session);
  return select_by(session, s + "< * OK [PERMANENTFLAGS ()] none\n" + s + "< s OK [READ-ONLY] done\n");
}
std::string shown(char session, std::string const& flags) {
  std::string const s(1, session);
  return s + "> f FETCH 1 (UID FLAGS)\n" + s + "< * 1 FETCH (UID 5 FLAGS (" + flags + "))\n" + s + "< f OK x\n";
}

TEST(flag_truth, what_was_stored_to_stay_is_everybodys) {
  auto const history = writer('1') + reader('2') + shown('1', "") + shown('2', "") +
                       "1> a STORE 1 +FLAGS.SILENT (\\Flagged)\n1< a OK x\n"
                       "2> b STORE 1 +FLAGS (\\Flagged)\n2< b NO read-only\n" +
                       reader('3') + shown('3', "\\Flagged");
  EXPECT_EQ(found(history), std::set<std::string>());
}

TEST(flag_truth, what_was_stored_for_itself_is_nobody_elses) {
  auto const history = writer('1') + reader('2') + shown('1', "") + shown('2', "") +
                       "2> b STORE 1 +FLAGS (\\Flagged)\n2< b NO read-only\n" + reader('3') + shown('3', "\\Flagged");
  EXPECT_TRUE(found(history).contains("flag_truth.outlasted"));
}

}  // namespace
}  // namespace mailrig::check::flag_truth_test
