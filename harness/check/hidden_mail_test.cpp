// Events without secrets are judged as the events were, but for the sizes of mail that had one.
#include <gtest/gtest.h>

#include <set>

#include "check/gap.hpp"
#include "check/judge.hpp"
#include "history/secret_free.hpp"

namespace mailrig::check::hidden_mail_test {
namespace {

using history::event_kind;

/// What a judge finds in a session, as it was heard and as a trace of it would tell it.
struct both {
  std::set<std::string> heard, read;
};

both found(std::string const& answers) {
  base::secret_set known;
  known.add("S3CRETxyzzyPw", "u1");
  judge live(base::registry<checker_kind>::all(), nullptr), later(base::registry<checker_kind>::all(), nullptr);
  history::secret_free trace(
      later,
      [&](history::session_id id, base::instant at) {
        later.lacks({{id, at, lack::content}});
      },
      known);
  base::instant at{};
  auto const say = [&](event_kind kind, std::string_view octets) {
    at += std::chrono::milliseconds(1);
    live.take({at, 1, kind, history::protocol::imap, octets});
    trace.take({at, 1, kind, history::protocol::imap, octets});
  };
  say(event_kind::opened, "u1 host");
  say(event_kind::received, "* PREAUTH [CAPABILITY IMAP4rev1] S3CRETxyzzyPw\r\n");
  say(event_kind::sent, "a SELECT INBOX\r\n");
  say(event_kind::received,
      "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n* 1 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7] "
      "v\r\n"
      "* OK [UIDNEXT 20] n\r\na OK [READ-WRITE] S3CRETxyzzyPw\r\n");
  say(event_kind::sent, "b FETCH 1 (RFC822.SIZE BODY.PEEK[])\r\n");
  say(event_kind::received, answers);
  say(event_kind::ended, "client closed");
  both out;
  for (auto const& f : live.findings()) out.heard.insert(f.rule);
  for (auto const& f : later.findings()) out.read.insert(f.rule);
  return out;
}

}  // namespace

TEST(HiddenMail, SizesOfMailWithASecretAreNotJudgedAgain) {
  auto const b =
      found("* 1 FETCH (RFC822.SIZE 35 BODY[] {35}\r\nSubject: x\r\n\r\nit is S3CRETxyzzyPw\r\n)\r\nb OK done\r\n");
  EXPECT_EQ(b.heard, std::set<std::string>{});
  EXPECT_EQ(b.read, std::set<std::string>{});
}

TEST(HiddenMail, WhatElseIsWrongIsFoundInBoth) {
  auto const b = found(
      "* 1 FETCH (RFC822.SIZE 35 BODY[] {35}\r\nSubject: x\r\n\r\nit is S3CRETxyzzyPw\r\n)\r\nb OK done\r\n"
      "* 7 EXPUNGE\r\nz OK S3CRETxyzzyPw\r\n* 1 fetch )\r\n");
  EXPECT_GE(b.heard.size(), 3u);
  EXPECT_EQ(b.heard, b.read);
}

}  // namespace mailrig::check::hidden_mail_test
