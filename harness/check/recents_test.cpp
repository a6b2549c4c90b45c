// recents_test: \Recent that is lost before anybody was told of it, and what may cost it rightly.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::recents_test {
namespace {

std::string const in = "1< * OK hi\n1> l LOGIN u p\n1< l OK in\n1> c CREATE x\n1< c OK done\n";
std::string const came = "1> a APPEND x {1+}\\nx\n1< a OK done\n";

std::string selects(char who, int recent) {
  auto const w = std::string(1, who);
  return w + "> s SELECT x\n" + w + "< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n" + w +
         "< * 1 EXISTS\n" + w + "< * " + std::to_string(recent) + " RECENT\n" + w + "< * OK [UIDVALIDITY 9] v\n" + w +
         "< * OK [UIDNEXT 2] n\n" + w + "< s OK [READ-WRITE] done\n";
}

breach_table const table{
    {"recents.appended", in + came + selects('1', 0)},
    {"recents.status", in + came + "1> t STATUS x (RECENT)\n1< * STATUS x (RECENT 1)\n1< t OK x\n" + selects('1', 0)},
    {"recents.examine",
     in + came +
         "1> e EXAMINE x\n1< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n1< * 1 EXISTS\n"
         "1< * 1 RECENT\n1< * OK [UIDVALIDITY 9] v\n1< * OK [UIDNEXT 2] n\n"
         "1< e OK [READ-ONLY] done\n1> q CLOSE\n1< q OK done\n" +
         selects('1', 0)},
};

TEST(recents, are_taken_by_nobody_where_mail_never_is_recent) {
  auto const status = [](std::string const& items) {
    return "1> t STATUS x (MESSAGES RECENT)\n1< * STATUS x (" + items + ")\n1< t OK x\n";
  };
  auto rules = [](std::string const& history) {
    std::set<std::string> out;
    for (auto const& rule : found(history))
      if (rule.starts_with("recents.")) out.insert(rule);
    return out;
  };
  std::set<std::string> const never{"recents.appended"}, taken{"recents.status"};
  EXPECT_EQ(rules(in + came + status("MESSAGES 1") + selects('1', 0)), never);
  EXPECT_EQ(rules(in + came + status("MESSAGES 1 RECENT 0") + selects('1', 0)), never);
  EXPECT_EQ(rules(in + came + status("MESSAGES 1 RECENT 1") + selects('1', 0)), taken);
  // Elsewhere mail was recent: then STATUS is the one that took it.
  auto const before = came + selects('1', 1) + "1> q CLOSE\n1< q OK done\n";
  EXPECT_EQ(rules(in + before + came + status("MESSAGES 2") + selects('1', 0)), taken);
}

TEST(recents, go_to_a_session_that_has_the_mailbox_open_or_had_when_it_was_cut) {
  auto const beside = std::string("2< * OK hi\n2> l LOGIN u p\n2< l OK in\n") + selects('2', 0);
  auto quiet = [](std::string const& history) {
    for (auto const& rule : found(history))
      if (rule.starts_with("recents.")) return false;
    return true;
  };
  EXPECT_TRUE(quiet(in + beside + came + selects('1', 0)));
  EXPECT_TRUE(quiet(in + beside + "2= reset by peer\n" + came + selects('1', 0)));
  EXPECT_TRUE(quiet(in + came + selects('1', 1)));
  // Two select at once; the one that asked later is told.
  auto const late = selects('2', 0);
  auto const asked = late.find('\n') + 1;
  EXPECT_TRUE(quiet(in + "2< * OK hi\n2> l LOGIN u p\n2< l OK in\n" + came + late.substr(0, asked) + selects('1', 1) +
                    late.substr(asked)));
}

}  // namespace
}  // namespace mailrig::check::recents_test
