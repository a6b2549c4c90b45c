// case_play_test: a small client, right and with faults, put to cases: each fault is found, and the right one passes.
#include "play/case_play.hpp"

#include <gtest/gtest.h>

namespace mailrig::play::case_play_test {
namespace {

/// POP3 over bash's /dev/tcp: every message into a file of its own; `during` may spoil it.
client_file small_client(std::string const& during = "") {
  client_file out;
  out.name = "small";
  out.needs = "/bin/bash";
  out.run = "bash {dir}/get";
  out.folders = {"got"};
  out.protocols[history::protocol::pop3] = "pop3";
  out.securities[security::plain] = "";
  out.mail.how = mail_place::kind::files;
  out.mail.path = "got";
  out.within = std::chrono::seconds(10);
  out.files = {{"get", R"(set -u
exec 3<>/dev/tcp/127.0.0.1/{port}
line() { IFS= read -r -u 3 l || exit 1; l=${l%$'\r'}; }
say() { printf '%s\r\n' "$1" >&3; line; case $l in +OK*) ;; *) exit 1 ;; esac; }
line; say 'USER {user}'; say 'PASS {password}'; say STAT
set -- $l; count=$2
for ((n = 1; n <= count; n++)); do
  say "RETR $n"
  while line && [ "$l" != . ]; do printf '%s\n' "${l#.}"; done > {dir}/got/$n
)" + during + R"(
done
say QUIT
)"}};
  return out;
}

history::scenario_result play(client_file const& client, duty owes = duty::all) {
  static scenario::mailroom const mail(std::filesystem::path(MAILRIG_SOURCE_DIR) / "fixtures/mail");
  static auto const rows =
      history::catalogue::read(std::filesystem::path(MAILRIG_SOURCE_DIR) / "scenarios/requirements.tsv").value();
  client_case c;
  c.id = "test/case";
  c.title = "t";
  c.proto = history::protocol::pop3;
  c.owes = owes;
  c.mail = {{"plain", 3, {}}, {"dot-lines", 1, {}}};
  return play_case(c, {client, mail, rows, {}});
}

std::string rules(history::scenario_result const& r) {
  std::string out = r.reason;
  for (auto const& f : r.findings) out += (out.empty() ? "" : " ") + f.rule;
  return out;
}

TEST(CasePlay, ARightClientPasses) {
  auto const r = play(small_client());
  EXPECT_EQ(r.outcome, history::verdict::pass) << rules(r);
  EXPECT_EQ(rules(r), "");
}

TEST(CasePlay, FaultsAreFound) {
  EXPECT_EQ(rules(play(small_client("[ $n = 2 ] && rm {dir}/got/2"))), "mail.missing");
  EXPECT_EQ(rules(play(small_client("[ $n = 3 ] && echo '!' >> {dir}/got/3"))), "mail.altered");
  EXPECT_EQ(rules(play(small_client("cp {dir}/got/1 {dir}/got/x"))), "mail.twice");
  EXPECT_EQ(rules(play(small_client("[ $n = 2 ] && kill -SEGV $$"))), "client.crash");
  EXPECT_EQ(rules(play(small_client("[ $n = 4 ] && exit 2"))), "client.fails");
  EXPECT_EQ(rules(play(small_client("[ $n = 4 ] && say 'DELE 1'"))), "mail.taken");
  EXPECT_EQ(rules(play(small_client(), duty::refuse)), "login.trusts client.trusts");
}

TEST(CasePlay, AClientThatHangsIsToldOnce) {
  auto client = small_client("sleep 60");
  client.within = std::chrono::milliseconds(500);
  auto const r = play(client);
  EXPECT_EQ(rules(r), "client.hangs");
  EXPECT_FALSE(r.transcript.empty());
}

TEST(CasePlay, WhatAClientDoesNotSpeakIsSkipped) {
  auto client = small_client();
  client.protocols = {{history::protocol::imap, "imap"}};
  auto const r = play(client);
  EXPECT_EQ(r.outcome, history::verdict::skip);
  EXPECT_EQ(r.reason, "it does not speak pop3");
}

TEST(CasePlay, ACaseWhoseMailIsNotThereIsOurOwnError) {
  static scenario::mailroom const none{std::filesystem::path("/nonexistent")};
  static history::catalogue const rows;
  client_case c;
  c.id = "a";
  c.proto = history::protocol::pop3;
  c.mail = {{"plain", 1, {}}};
  EXPECT_EQ(play_case(c, {small_client(), none, rows, {}}).outcome, history::verdict::error);
}

}  // namespace
}  // namespace mailrig::play::case_play_test
