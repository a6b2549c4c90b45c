// resync_test: what a device asks when it comes back, by each way and by what the server announces.
#include "load/resync.hpp"

#include "load/client_fixture.hpp"

namespace mailrig::load::resync_test {

using history::protocol;

namespace {

struct owner final : client_owner {
  void on_ready(client&, base::instant, bool) override { ++ready; }
  void on_closed(client&, base::instant, std::string const&) override { ++closed; }
  void on_told(client&, model::item const&) override {}
  int ready = 0, closed = 0;
};

/// UIDs 1 to 3 at first; then UID 1 has changed, UID 2 is gone and UID 4 has come.
struct Resync : client_fixture {
  using asked = std::vector<std::string>;
  owner whose;
  device_memory memory;
  client c{shared, whose, memory};
  history::session_id next = 0;
  std::string announced, validity = "7";
  bool later = false;
  std::map<std::string, std::string> otherwise;  ///< by command: what it is answered with instead

  Resync() {
    server.instead = [this](std::string_view command) { return answer(std::string(command)); };
  }

  std::optional<std::string> answer(std::string const& command) const {
    if (auto const at = otherwise.find(command); at != otherwise.end()) return at->second;
    if (command.starts_with("LOGIN")) return "OK [CAPABILITY IMAP4rev1 " + announced + "] in";
    if (command == "ENABLE QRESYNC") return "* ENABLED QRESYNC\r\nOK done";
    if (command.starts_with("SELECT")) return opened(command);
    if (command == "UID SEARCH ALL") return later ? "* SEARCH 1 3 4\r\nOK done" : "* SEARCH 1 2 3\r\nOK done";
    if (command == "UID FETCH 1:* (FLAGS)")
      return later
                 ? "* 1 FETCH (UID 1 FLAGS ())\r\n* 2 FETCH (UID 3 FLAGS ())\r\n* 3 FETCH (UID 4 FLAGS ())\r\nOK done"
                 : "* 1 FETCH (UID 1 FLAGS ())\r\n* 2 FETCH (UID 2 FLAGS ())\r\n* 3 FETCH (UID 3 FLAGS ())\r\nOK done";
    if (command == "UID FETCH 4:* (FLAGS)") return "* 3 FETCH (UID 4 FLAGS ())\r\nOK done";
    if (command.ends_with("(CHANGEDSINCE 10)"))
      return "* 1 FETCH (UID 1 FLAGS (\\Seen) MODSEQ (12))\r\n* 3 FETCH (UID 4 FLAGS () MODSEQ (13))\r\nOK done";
    return std::nullopt;
  }
  std::string opened(std::string const& command) const {
    auto out = "* FLAGS (\\Seen)\r\n* 3 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY " + validity +
               "] v\r\n* OK [UIDNEXT 5] n\r\n";
    if (announced.find("CONDSTORE") != announced.npos)
      out += later ? "* OK [HIGHESTMODSEQ 14] h\r\n" : "* OK [HIGHESTMODSEQ 10] h\r\n";
    if (validity == "7" && command.find("(QRESYNC (7 10 ") != command.npos)
      out += "* VANISHED (EARLIER) 2\r\n* 1 FETCH (UID 1 FLAGS (\\Seen) MODSEQ (12))\r\n";
    return out + "OK [READ-WRITE] done";
  }

  /// One session, and what it asked between its login and its logout.
  asked session(std::vector<step> const& program) {
    server.commands.clear();
    whose = {};
    by_id = {{next, &c}};
    c.resynchronises_by(program);
    c.open(next++, where(protocol::imap), protocol::imap, {"u1", "secret", {}}, "INBOX", loop.now(), loop.now());
    until([&] { return whose.ready == 1 || whose.closed == 1; });
    asked out;
    for (auto const& line : server.commands)
      if (!line.starts_with("LOGIN")) out.push_back(line);
    if (whose.closed == 0) c.leave(loop.now());
    until([&] { return whose.closed == 1; });
    return out;
  }
};

constexpr auto quick = "ENABLE CONDSTORE QRESYNC", conditional = "ENABLE CONDSTORE", plain = "IDLE";

}  // namespace

TEST_F(Resync, TakesTheWayThatItsProfileNamesAndTheServerAnnounces) {
  asked const by_quick{"ENABLE QRESYNC", "SELECT INBOX (QRESYNC (7 10 1:3))", "UID FETCH 4:* (FLAGS)"};
  asked const by_condition{"SELECT INBOX (CONDSTORE)", "UID FETCH 1:* (FLAGS) (CHANGEDSINCE 10)", "UID SEARCH ALL"};
  asked const by_all{"SELECT INBOX", "UID FETCH 1:* (FLAGS)"};
  struct row {
    char const *way, *announced;
    asked expected;
  };
  for (auto const& r :
       {row{"best", quick, by_quick}, row{"best", conditional, by_condition}, row{"best", plain, by_all},
        row{"qresync", quick, by_quick}, row{"qresync", conditional, by_all}, row{"condstore", quick, by_condition},
        row{"condstore", plain, by_all}, row{"plain", quick, by_all}}) {
    memory = {};
    announced = r.announced;
    auto const program = resync_program(r.way, "INBOX");
    later = false;
    EXPECT_EQ(session(program).back(), "UID FETCH 1:* (FLAGS)") << "it knows nothing yet";
    later = true;
    EXPECT_EQ(session(program), r.expected) << r.way << " where " << r.announced << " is announced";
    EXPECT_EQ(memory.box.known().text(9), "1,3:4") << r.way << " where " << r.announced << " is announced";
  }
}

TEST_F(Resync, WhereNothingHasChangedNothingIsFetched) {
  for (auto const& [announces, expected] :
       {std::pair{quick, asked{"ENABLE QRESYNC", "SELECT INBOX (QRESYNC (7 14 1,3:4))"}},
        std::pair{conditional, asked{"SELECT INBOX (CONDSTORE)"}}}) {
    memory = {};
    announced = announces;
    auto const program = resync_program("best", "INBOX");
    later = true;
    session(program);
    EXPECT_EQ(session(program), expected);
  }
}

TEST_F(Resync, AnotherUidvalidityMakesItLearnAnew) {
  announced = quick;
  auto const program = resync_program("best", "INBOX");
  session(program);
  validity = "8";
  EXPECT_EQ(session(program), (asked{"ENABLE QRESYNC", "SELECT INBOX (QRESYNC (7 10 1:3))", "UID FETCH 1:* (FLAGS)"}));
  EXPECT_EQ(memory.box.uidvalidity(), 8u);
}

TEST_F(Resync, WhoIsNotLetToEnableItTakesTheNextWay) {
  announced = quick;
  otherwise["ENABLE QRESYNC"] = "NO not here";
  EXPECT_EQ(session(resync_program("best", "INBOX")).at(1), "SELECT INBOX (CONDSTORE)");
  EXPECT_EQ(session(resync_program("qresync", "INBOX")).at(1), "SELECT INBOX");
}

TEST_F(Resync, AMailboxWithoutModSequencesIsLookedAtWhole) {
  announced = quick;
  otherwise["SELECT INBOX"] = "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n* OK [NOMODSEQ] none\r\nOK [READ-WRITE] done";
  auto const program = resync_program("best", "INBOX");
  for (int time = 0; time < 2; ++time)
    EXPECT_EQ(session(program), (asked{"ENABLE QRESYNC", "SELECT INBOX", "UID FETCH 1:* (FLAGS)"}));
}

TEST_F(Resync, WhatItWasNotToldBeforeItsConnectionBrokeItAsksForAgain) {
  announced = conditional;
  auto const program = resync_program("best", "INBOX");
  session(program);
  later = true;
  auto const question = std::string("UID FETCH 1:* (FLAGS) (CHANGEDSINCE 10)");
  otherwise[question] = "close";
  EXPECT_EQ(session(program).back(), question);
  otherwise.clear();
  EXPECT_EQ(session(program), (asked{"SELECT INBOX (CONDSTORE)", question, "UID SEARCH ALL"}));
}

TEST_F(Resync, NoneSelectsAndAsksNothing) {
  EXPECT_TRUE(resync_program("none", "INBOX").empty());
  announced = quick;
  EXPECT_EQ(session({}), asked{"SELECT INBOX"});
}

}  // namespace mailrig::load::resync_test
