// embedded_login_test: logging in to the embedded server over TLS, by IMAP and by POP3, in each way that it offers.
#include <gtest/gtest.h>

#include <fstream>

#include "base/child_process.hpp"
#include "base/scratch_folder.hpp"
#include "embedded/server.hpp"
#include "scenario/stage.hpp"

namespace mailrig::scenario::embedded_login_test {
namespace {

using history::protocol;

constexpr char const* ways[] = {"",       "CRAM-MD5",    "EXTERNAL",         "LOGIN",         "OAUTHBEARER",
                                "PLAIN",  "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS",
                                "XOAUTH2"};

class EmbeddedLogin : public testing::Test {
 protected:
  void SetUp() override {
    auto const ca = net::make_certificate({.common_name = "ca", .signs = true});
    auto const own = net::make_certificate({.common_name = "u1"}, &ca);
    write("ca.pem", ca.cert);
    write("u1.pem", own.cert + own.key);
    embedded::server_options o;
    o.count = 3;
    o.client_ca = path("ca.pem");
    auto started = embedded::server::start(o);
    ASSERT_TRUE(started);
    server = std::move(*started);
    where.imap = session::access{{"127.0.0.1", server->imap_port()}, false, true};
    where.pop3 = session::access{{"127.0.0.1", server->pop3_port()}, false, true};
    where.tls.pins = {server->pin()};
    where.tls.certificate = path("u1.pem");
  }

  std::string path(std::string const& name) const { return (folder.path() / name).string(); }
  void write(std::string const& name, std::string const& text) const { std::ofstream(path(name)) << text; }

  /// Empty when somebody is in, else why not.
  std::string refusal(protocol p, session::credentials who) {
    net::loop l;
    check::judge nobody({}, nullptr);
    stage st(l, where, std::move(who), nobody, nobody, {}, net::tls_context::client(where.tls));
    auto const in = st.log_in(st.add("client", p), session::login_goal::authenticated);
    return in ? "" : in.error().text;
  }

  base::scratch_folder folder = base::scratch_folder::make("embedded-login").value();
  std::unique_ptr<embedded::server> server;
  target where;
};

TEST_F(EmbeddedLogin, EachWayLetsInWhoKnowsTheSecretAndNobodyElse) {
  for (auto const p : {protocol::imap, protocol::pop3})
    for (std::string const way : ways) {
      EXPECT_EQ(refusal(p, {"u1", "secret", way}), "") << way;
      auto const wrong = refusal(p, {way == "EXTERNAL" ? "u2" : "u1", "wrong", way});
      EXPECT_NE(wrong.find("was refused"), std::string::npos) << way << ": " << wrong;
      // Of EXTERNAL the certificate is right, and it is not that user's.
      auto const code = p == protocol::pop3 ? "[AUTH]"
                        : way == "EXTERNAL" ? "[AUTHORIZATIONFAILED]"
                                            : "[AUTHENTICATIONFAILED]";
      EXPECT_NE(wrong.find(code), std::string::npos) << way << ": " << wrong;
    }
}

TEST_F(EmbeddedLogin, WithoutACertificateThereIsNoExternal) {
  where.tls.certificate.clear();
  EXPECT_NE(refusal(protocol::imap, {"u1", "secret", "EXTERNAL"}), "");
  EXPECT_EQ(refusal(protocol::imap, {"u1", "secret", "SCRAM-SHA-256-PLUS"}), "");
}

TEST_F(EmbeddedLogin, ACommandOfTheTargetFilePrintsTokensOnceForEachAccount) {
  // The first token for u2 is a stale one.
  write("token",
        "#!/bin/sh\necho x >> \"$1/asked-$MAILRIG_USER\"\n"
        "[ \"$MAILRIG_USER\" = u2 ] && [ $(wc -l < \"$1/asked-u2\") = 1 ] && echo stale && exit\n"
        "[ \"$MAILRIG_USER\" = u3 ] && exit 3\necho secret\n");
  write("t.toml", fmt::format("[imap]\nurl = 'imap://127.0.0.1:{}'\nstarttls = true\n[tls]\npin = '{}'\n[auth]\n"
                              "imap = 'OAUTHBEARER'\n[accounts]\npattern = 'u%d'\ncount = 3\n"
                              "token_command = 'sh {} {}'\ntoken_lifetime = 3600\n",
                              server->imap_port(), server->pin(), path("token"), folder.path().string()));
  auto read = read_target(path("t.toml"));
  ASSERT_TRUE(read) << read.error().text;
  where = *read;
  auto const asked = [&](char const* user) {
    return base::run_shell("wc -l < " + path(std::string("asked-") + user))->output;
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(refusal(protocol::imap, where.accounts[0]), "");
  EXPECT_EQ(asked("u1"), "1");
  EXPECT_NE(refusal(protocol::imap, where.accounts[1]).find("was refused"), std::string::npos);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(refusal(protocol::imap, where.accounts[1]), "");
  EXPECT_EQ(asked("u2"), "2");
  EXPECT_EQ(refusal(protocol::imap, where.accounts[2]), "no token for u3: the command ended with status 3");
}

}  // namespace
}  // namespace mailrig::scenario::embedded_login_test
