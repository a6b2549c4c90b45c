// notify_test: what breaks RFC 5465, and what does not.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::notify_test {
namespace {

std::string const two = "1> c CREATE x\n1< c OK x\n";
std::string set(std::string const& groups, std::string const& before = "", std::string const& answer = "OK x") {
  return "1> n NOTIFY SET " + groups + "\n" + before + "1< n " + answer + "\n";
}

breach_table const table{
    {"notify.status-missing", select + two + set("STATUS (mailboxes x (MessageNew MessageExpunge))")},
    {"notify.status-items",
     select + two +
         set("STATUS (mailboxes x (MessageNew MessageExpunge))", "1< * STATUS x (MESSAGES 0 UIDVALIDITY 8)\n")},
    {"notify.after-none", select + "1> n NOTIFY NONE\n1< n OK x\n1< * 4 EXISTS\n"},
    {"notify.after-overflow",
     select + set("(personal (MailboxName))") + "1< * OK [NOTIFICATIONOVERFLOW] x\n1< * LIST () \"/\" y\n"},
    {"notify.bad-instead", select + set("(personal (XEvent))", "", "BAD x")},
    {"notify.badevent-lacks",
     select + set("(personal (MailboxName))") + set("(personal (XEvent))", "", "NO [BADEVENT (SubscriptionChange)] x")},
    {"notify.badevent-names", select + set("(personal (MailboxName))", "", "NO [BADEVENT (MailboxName)] x")},
    {"notify.unpaired", select + set("(personal (MessageNew))")},
    {"notify.flags-alone", select + set("(selected (FlagChange))")},
    {"notify.news-lack",
     select + set("(selected (MessageNew MessageExpunge FlagChange))") + "1< * 2 FETCH (FLAGS (\\Seen))\n"},
    {"notify.arrival-untold",
     select + set("(selected (MessageNew (UID) MessageExpunge))") + "1< * 4 EXISTS\n1> p NOOP\n1< p OK x\n"},
    {"notify.subscribed-unsaid", select + set("(personal (MailboxName))") + second +
                                     "2> c CREATE y\n2< c OK x\n1< * LIST () \"/\" y\n2> l LSUB \"\" y\n2< * LSUB () "
                                     "\"/\" y\n2< l OK x\n"},
};

std::set<std::string> own(std::string const& history) {
  auto rules = found(history);
  std::erase_if(rules, [](auto const& rule) { return !rule.starts_with("notify."); });
  return rules;
}

TEST(Notify, AccusesNobodyOfWhatIsPermitted) {
  std::string const good[] = {
      select + two +
          set("STATUS (mailboxes (x none INBOX) (MessageNew MessageExpunge))",
              "1< * STATUS x (MESSAGES 0 UIDVALIDITY 8 UIDNEXT 1)\n"),
      select + two + set("STATUS (mailboxes x (MessageNew MessageExpunge))", "1< * LIST (\\NoAccess) \"/\" x\n"),
      select + two + set("(mailboxes x (MessageNew MessageExpunge))") + "1< * STATUS x (MESSAGES 1 UIDNEXT 2)\n",
      select + set("(personal (XEvent))", "", "NO [BADEVENT (MailboxName)] x"),
      select + set("(personal (MessageNew))", "", "BAD x"),
      select + set("(selected (MessageNew (UID) MessageExpunge))") +
          "1< * 4 EXISTS\n1< * 4 FETCH (UID 9)\n1> p NOOP\n1< p OK x\n",
      select + set("(selected (MessageNew (UID) MessageExpunge))") +
          "1> a APPEND INBOX {1+}\\nx\n1< * 4 EXISTS\n1< a OK x\n1> p NOOP\n1< p OK x\n",
      select + set("(selected (MessageNew MessageExpunge FlagChange))") + "1< * 2 FETCH (UID 6 FLAGS (\\Seen))\n",
      select + set("(personal (MailboxName))", "", "NO [NOTIFICATIONOVERFLOW] x"),
  };
  for (auto const& history : good) EXPECT_EQ(own(history), std::set<std::string>{}) << history;
}

/// With SELECTED, EXPUNGE may come at any time; with SELECTED-DELAYED not (§6.1.2).
TEST(Notify, SaysWhenExpungeMayCome) {
  auto const with = [](std::string const& filter) {
    return found(select + set("(" + filter + " (MessageNew MessageExpunge))") + "1< * 2 EXPUNGE\n");
  };
  EXPECT_FALSE(with("selected").contains("seqmap.expunge-unasked"));
  EXPECT_TRUE(with("Selected-Delayed").contains("seqmap.expunge-unasked"));
}

/// Who has left the selected mailbox out is owed no news of it, not even by NOOP.
TEST(Notify, SaysWhatIsOwedByNoop) {
  std::string const gone =
      second + "2> e UID STORE 5 +FLAGS (\\Deleted)\n2< e OK x\n2> x EXPUNGE\n2< * 1 EXPUNGE\n2< x OK x\n";
  EXPECT_FALSE(
      found(all5 + set("(personal (MailboxName))") + gone + "1> p NOOP\n1< p OK x\n").contains("mail_life.kept"));
}

}  // namespace
}  // namespace mailrig::check::notify_test
