#include "history/secret_free.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace mailrig::history::secret_free_test {

namespace {

struct SecretFree : ::testing::Test, event_sink {
  base::secret_set known;
  std::vector<std::pair<event_kind, std::string>> got;
  std::vector<session_id> lost;
  secret_free clean{*this, [this](session_id id, base::instant) { lost.push_back(id); }, known};

  void SetUp() override { known.add("S3CRETxyzzyPw", "u1"); }
  void take(event const& e) override { got.emplace_back(e.kind, e.octets); }
  void say(event_kind kind, std::string_view octets, protocol p = protocol::imap) {
    clean.take({base::instant(1), 7, kind, p, octets});
  }
  std::string all(event_kind kind) const {
    std::string out;
    for (auto const& [k, octets] : got)
      if (k == kind) out += octets;
    return out;
  }
  std::string heard() const { return all(event_kind::received); }
};

constexpr auto sent = event_kind::sent, received = event_kind::received;

}  // namespace

TEST_F(SecretFree, LinesOfBothSides) {
  say(event_kind::opened, "u1 127.0.0.1:143");
  say(received, "* OK S3CRETxyzzyPw\r\n");
  say(sent, "a ID (\"p\" \"S3CRETxyzzyPw\")\r\n");
  say(received, "a NO S3CRETxyzzyPw\r\n");
  say(event_kind::ended, "closed");
  using one = std::pair<event_kind, std::string>;
  EXPECT_EQ(got, (std::vector<one>{{event_kind::opened, "u1 127.0.0.1:143"},
                                   {received, "* OK HIDDENSECRET\r\n"},
                                   {sent, "a ID (\"p\" \"HIDDENSECRET\")\r\n"},
                                   {received, "a NO HIDDENSECRET\r\n"},
                                   {event_kind::ended, "closed"}}));
  EXPECT_TRUE(lost.empty());
}

TEST_F(SecretFree, PiecesOfASecret) {
  say(received, "* OK S3CRET");
  say(received, "xyzzy");
  EXPECT_EQ(heard(), "* OK ");
  say(received, "Pw and on\r\n* OK S3C");
  say(event_kind::ended, "closed");
  EXPECT_EQ(heard(), "* OK HIDDENSECRET and on\r\n* OK S3C");
  EXPECT_EQ(got.back().first, event_kind::ended);
}

TEST_F(SecretFree, CountsOfLiteralsFollow) {
  std::string const
      before = "* 1 FETCH (BODY[] {31}\r\nX: one\r\n\r\nS3CRETxyzzyPw it is\r\n FLAGS ())\r\na OK S3CRETxyzzyPw\r\n",
      after = "* 1 FETCH (BODY[] {30}\r\nX: one\r\n\r\nHIDDENSECRET it is\r\n FLAGS ())\r\na OK HIDDENSECRET\r\n";
  say(received, before);
  EXPECT_EQ(heard(), after);
  EXPECT_EQ(lost, std::vector<session_id>{7});
  got.clear();
  for (char c : before) say(received, {&c, 1});
  EXPECT_EQ(heard(), after);
}

TEST_F(SecretFree, PiecesInLiteralsOfTheirOwn) {
  say(received, "* 1 FETCH (BODY[1] {7}\r\nS3CRETx BODY[2] {6}\r\nyzzyPw BODY[3] {2}\r\nPw)\r\n");
  EXPECT_EQ(heard(), "* 1 FETCH (BODY[1] {12}\r\nHIDDENSECRET BODY[2] {12}\r\nHIDDENSECRET BODY[3] {2}\r\nPw)\r\n");
  EXPECT_EQ(lost.size(), 1u);
}

TEST_F(SecretFree, PiecesOfThreeLiteralsAndOfThreeResponses) {
  say(received, "* LIST () \"/\" {5}\r\nS3CRE\r\n* LIST () \"/\" {5}\r\nTxyzz\r\n* LIST () \"/\" {5}\r\nyPwxx\r\n");
  EXPECT_EQ(heard(),
            "* LIST () \"/\" {12}\r\nHIDDENSECRET\r\n* LIST () \"/\" {12}\r\nHIDDENSECRET\r\n"
            "* LIST () \"/\" {14}\r\nHIDDENSECRETxx\r\n");
}

TEST_F(SecretFree, WhatBeginsLikeASecretInOneLiteralMayBeNone) {
  std::string const harmless = "* 1 FETCH (BODY[1] {5}\r\nan S3 BODY[2] {6}\r\nyzzyPw BODY[3] {3}\r\nS3C)\r\n";
  say(received, harmless);
  EXPECT_EQ(heard(), harmless);
  EXPECT_TRUE(lost.empty());
  got.clear();
  say(received, "* 1 FETCH (BODY[1] {2}\r\nS3 BODY[2] {11}\r\nCRETxyzzyPw)\r\n");
  EXPECT_EQ(heard(), "* 1 FETCH (BODY[1] {2}\r\nS3 BODY[2] {12}\r\nHIDDENSECRET)\r\n");
}

TEST_F(SecretFree, WhatHasNoSecretStaysAsItIs) {
  std::string const text =
      "* 1 FETCH (BODY[] {9}\r\n{3}\r\nabc\n FLAGS ())\r\n* 2 FETCH (BODY[] {0}\r\n)\r\na OK {x}\r\n";
  for (char c : text) say(received, {&c, 1});
  EXPECT_EQ(heard(), text);
  EXPECT_TRUE(lost.empty());
}

TEST_F(SecretFree, WhatLooksLikeALiteralInWordsForPeopleDoesNotWait) {
  std::string const text = "* OK hi {17}\r\n+ go on {5}\r\na OK [READ-WRITE] SELECT completed {17}\r\n";
  say(received, text);
  EXPECT_EQ(heard(), text);
  say(received, "b NO [BADURL {13}\r\n");
  EXPECT_EQ(heard(), text + "b NO [BADURL ");
  say(received, "S3CRETxyzzyPw] no {4}\r\n");
  EXPECT_EQ(heard(), text + "b NO [BADURL {12}\r\nHIDDENSECRET] no {4}\r\n");
  got.clear();
  for (char c : text) say(received, {&c, 1});
  EXPECT_EQ(heard(), text);
}

TEST_F(SecretFree, TheClientsLiteralsDoNotWaitForTheServer) {
  say(sent, "a APPEND x {13}\r\n");
  EXPECT_EQ(all(sent), "a APPEND x {13}\r\n");
  say(received, "+ go on\r\n");
  say(sent, "S3CRETxy");
  say(sent, "zzyPw\r\nb APPEND x {13+}\r\nS3CRETxyzzyPw\r\n");
  EXPECT_EQ(all(sent), "a APPEND x {13}\r\nHIDDENSECRETH\r\nb APPEND x {12+}\r\nHIDDENSECRET\r\n");
}

TEST_F(SecretFree, ARefusedLiteralIsNone) {
  say(sent, "a APPEND x {20}\r\n");
  say(received, "a NO\r\n");
  say(sent, "b X S3CRETxyzzyPw\r\n");
  EXPECT_EQ(all(sent), "a APPEND x {20}\r\nb X HIDDENSECRET\r\n");
}

TEST_F(SecretFree, LongLiteralsDoNotWait) {
  std::string const mail = std::string(999'990, 'x') + "\r\nS3CRETxyzzyPw" + std::string(999'995, 'y');
  say(received, "* 1 FETCH (BODY[] {2000000}\r\n");
  EXPECT_EQ(heard(), "* 1 FETCH (BODY[] {2000000}\r\n");
  for (std::size_t at = 0; at < mail.size(); at += 100'000) say(received, std::string_view(mail).substr(at, 100'000));
  say(received, ")\r\n");
  EXPECT_EQ(heard().size(), 29 + 2'000'000u + 3);
  EXPECT_EQ(heard().find("S3CRET"), std::string::npos);
  EXPECT_EQ(lost, std::vector<session_id>{7});
}

TEST_F(SecretFree, MailThatEndsAsASecretBegins) {
  std::string const mail =
      "* 1 FETCH (BODY[1] {11}\r\nplans\r\n\r\n\r\n BODY[2] {2}\r\n\r\n BODY[3] {10}\r\nits S3CR\r\n)\r\n";
  say(received, mail + "* 2 FETCH (BODY[1] {0}\r\n BODY[2] {2}\r\nx\n)\r\n");
  EXPECT_EQ(heard(), mail + "* 2 FETCH (BODY[1] {0}\r\n BODY[2] {2}\r\nx\n)\r\n");
  EXPECT_TRUE(lost.empty());
}

TEST_F(SecretFree, ProofsOfAPassword) {
  std::string const first = "+ cj1hYmMscz1XMjJaYUowU05ZN3Nvc0VqLGk9NDA5Ng==\r\n", error = "+ ZT1vdGhlci1lcnJvcg==\r\n",
                    proof = "+ dj02cnJpVFJCaTIzV3BSUi93dHVwK21NaFVaVW4vZEI1bkxUSlJzamw5NUc0PQ==\r\n";
  for (auto const p : {protocol::imap, protocol::pop3}) {
    got.clear();
    for (auto const& line : {first, error, proof})
      for (char c : line) say(received, {&c, 1}, p);
    EXPECT_EQ(heard(), first + error + "+ HIDDENSECRET\r\n");
    got.clear();
    say(received, proof + "a OK dj0\r\n", p);
    EXPECT_EQ(heard(), "+ HIDDENSECRET\r\na OK dj0\r\n");
    say(event_kind::ended, "closed", p);
  }
  EXPECT_TRUE(lost.empty());
  got.clear();
  say(received, "+ dj0!\r\n+ dj0=\r\n+ dj0x=\r\n");
  EXPECT_EQ(heard(), "+ dj0!\r\n+ HIDDENSECRET\r\n+ dj0x=\r\n");
}

TEST_F(SecretFree, Pop3) {
  say(received, "+OK <S3CRETxyzzyPw@x> {5}\r\n", protocol::pop3);
  EXPECT_EQ(heard(), "+OK <HIDDENSECRET@x> {5}\r\n");
  EXPECT_TRUE(lost.empty());
  say(received, "+OK 40 octets\r\nSubject: S3CRETxyzzyPw\r\n.\r\n", protocol::pop3);
  EXPECT_EQ(lost, std::vector<session_id>{7});
}

TEST_F(SecretFree, FoldedMailOfPop3) {
  say(received, "+OK\r\nAFMzQ1JF\r\n", protocol::pop3);
  EXPECT_EQ(heard(), "+OK\r\nAF");
  say(received, "VHh5enp5UHc=\r\n.\r\n+OK S", protocol::pop3);
  EXPECT_EQ(heard(), "+OK\r\nAFHIDDENSECRET\r\n=\r\n.\r\n+OK ");
  say(received, "3\r\n", protocol::pop3);
  say(received, "+ S3\r\n", protocol::pop3);
  EXPECT_TRUE(heard().ends_with("+OK S3\r\n+ S3\r\n")) << heard();
}

}  // namespace mailrig::history::secret_free_test
