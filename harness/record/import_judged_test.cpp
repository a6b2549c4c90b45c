// Logs of clients, made traces and judged: what the client did wrong is found, and what the log lost is not held
// against it.
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "base/must.hpp"
#include "base/scratch_folder.hpp"
#include "check/client/client_checker.hpp"
#include "check/judge.hpp"
#include "record/import.hpp"

namespace mailrig::record::import_judged_test {
namespace {

/// The rules of clients that are broken in a log.
std::set<std::string> broken_in(std::string const& log) {
  auto const folder = base::scratch_folder::make("mailrig-import-judged");
  MAILRIG_MUST(folder);
  auto const file = folder->path() / "a.log";
  std::ofstream(file, std::ios::binary) << log;
  auto const all = import({file}, "transcript");
  EXPECT_TRUE(all) << all.error().text;
  auto const header = header_of(*all);
  EXPECT_TRUE(header.contains(check::client_key));
  check::judge judge(check::checkers_of_clients(), nullptr);
  if (header.contains(check::gaps_key)) judge.lacks(check::read_gaps(header.at(check::gaps_key)));
  replay(*all, judge);
  std::set<std::string> rules;
  for (auto const& f : judge.findings()) rules.insert(f.rule);
  return rules;
}

std::string const login =
    "S: * OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS] hi\nC: a1 LOGIN joe very-secret\nS: a1 OK [CAPABILITY IMAP4rev1 IDLE "
    "UIDPLUS] in\n";
std::string const opened =
    login +
    "C: a2 SELECT INBOX\nS: * FLAGS (\\Deleted \\Seen)\nS: * 2 EXISTS\nS: * OK [UIDVALIDITY 1] v\n"
    "S: a2 OK [READ-WRITE] done\n";

using rules = std::set<std::string>;

TEST(ImportJudged, what_the_client_did_wrong_is_found) {
  EXPECT_EQ(broken_in(opened + "C: a3 STATUS INBOX (MESSAGES)\nS: a3 OK x\n"), rules{"client-mailboxes.status"});
  EXPECT_EQ(broken_in(opened + "C: a3 IDLE\nS: + idling\nC: a4 NOOP\nS: a3 BAD x\n"), rules{"client-idle.not-done"});
  EXPECT_EQ(broken_in(opened + "C: a3 NOOP\nC: a4 FETCH 1 FLAGS\nS: a3 OK x\nS: * 1 FETCH (FLAGS ())\nS: a4 OK x\n"),
            rules{"client-order.numbers"});
  EXPECT_EQ(broken_in(opened + "C: a3 FETCH 1  FLAGS\nS: a3 BAD x\n"), rules{"client-syntax.grammar"});
  EXPECT_EQ(
      broken_in("S: +OK hi\nC: USER joe\nS: +OK\nC: PASS secret\nS: +OK in\nC: DELE 1\nS: +OK\nC: RETR 1\nS: -ERR "
                "no\n"),
      (rules{"client-pop3.blind", "client-pop3.deleted"}));
}

TEST(ImportJudged, a_correct_client_is_not_accused) {
  EXPECT_EQ(
      broken_in(opened + "C: a3 FETCH 1:2 (UID FLAGS)\nS: * 1 FETCH (UID 5 FLAGS ())\nS: * 2 FETCH (UID 6 FLAGS "
                         "())\nS: a3 OK x\nC: a4 IDLE\nS: + idling\nS: * 3 EXISTS\nC: DONE\nS: a4 OK x\nC: a5 FETCH 3 "
                         "FLAGS\nS: * 3 FETCH (FLAGS ())\nS: a5 OK x\nC: a6 LOGOUT\nS: * BYE x\nS: a6 OK x\n"),
      rules{});
  EXPECT_EQ(broken_in("S: +OK hi\nC: USER joe\nS: +OK\nC: PASS secret\nS: +OK in\nC: STAT\nS: +OK 1 9\nC: DELE 1\nS: "
                      "+OK\nC: QUIT\nS: +OK\n"),
            rules{});
}

TEST(ImportJudged, what_the_log_lost_is_not_held_against_it) {
  // It begins where a mailbox is selected already, and after the capabilities were told.
  EXPECT_EQ(broken_in("C: a7 FETCH 9 FLAGS\nS: a7 OK x\nC: a8 IDLE\nS: + x\nC: DONE\nS: a8 OK x\n"), rules{});
  EXPECT_EQ(broken_in("C: DELE 4\nS: +OK\nC: QUIT\nS: +OK\n"), rules{});
  // The server's part is missing.
  EXPECT_EQ(broken_in("S: * OK hi\nC: a1 LOGIN joe very-secret\nC: a2 SELECT INBOX\nC: a3 FETCH 1 FLAGS\nS: a3 OK x\n"),
            rules{});
}

}  // namespace
}  // namespace mailrig::record::import_judged_test
