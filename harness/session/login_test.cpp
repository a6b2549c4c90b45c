#include "session/login.hpp"

#include <gtest/gtest.h>

#include "base/secrets.hpp"
#include "net/digest.hpp"
#include "session/token_source.hpp"

namespace mailrig::session::login_test {

using history::event_kind;
using history::protocol;

namespace {

/// Plays a server's lines against the machine and writes down what it does.
struct play final : model::item_sink {
  play(protocol p, credentials c, login_goal goal = login_goal::authenticated, bool tls = false)
      : talk(0, p, {}), machine(login::begin(p, std::move(c), goal, tls)), p(p) {}
  model::conversation talk;
  std::unique_ptr<login> machine;
  protocol p;
  std::string log;

  void see(model::item const& i) override { machine->see(i); }
  void step() {
    for (auto a = machine->next(talk); a.kind != login_action::wait; a = machine->next(talk)) {
      if (a.kind == login_action::send) {
        log += "> " + a.text.substr(0, a.text.size() - 2) + "; ";
        talk.take({{}, 0, event_kind::sent, p, a.text}, *this);
      }
      if (a.kind == login_action::start_tls) log += "tls; ";
      if (a.kind == login_action::done) log += "done";
      if (a.kind == login_action::failed) log += "failed: " + a.text;
    }
  }
  play& got(std::string line) {
    talk.take({{}, 0, event_kind::received, p, line + "\r\n"}, *this);
    step();
    return *this;
  }
  play& secured() {
    talk.take({{}, 0, event_kind::secured, p, "TLS"}, *this);
    step();
    return *this;
  }
};

}  // namespace

TEST(Login, ImapAsksForCapabilitiesThenLogsIn) {
  play p(protocol::imap, {"u", "p\"w", ""});
  p.got("* OK hi")
      .got("* CAPABILITY IMAP4rev1")
      .got("L1 OK x")
      .got("L2 OK in")
      .got("* CAPABILITY IMAP4rev1 IDLE")
      .got("L3 OK x");
  EXPECT_EQ(p.log, "> L1 CAPABILITY; > L2 LOGIN \"u\" \"p\\\"w\"; > L3 CAPABILITY; done");
}

TEST(Login, ImapEnablesUtf8WhereNothingElseIsServed) {
  play p(protocol::imap, {"u", "p", ""});
  p.got("* OK [CAPABILITY IMAP4rev1 UTF8=ONLY] hi").got("L1 OK [CAPABILITY IMAP4rev1 ENABLE UTF8=ONLY] in");
  p.got("* ENABLED UTF8=ACCEPT").got("L2 OK x");
  EXPECT_EQ(p.log, "> L1 LOGIN \"u\" \"p\"; > L2 ENABLE UTF8=ACCEPT; done");
}

TEST(Login, ImapStarttlsThenPlainWithInitialResponse) {
  play p(protocol::imap, {"u", "p", "PLAIN"}, login_goal::authenticated, true);
  p.got("* OK [CAPABILITY IMAP4rev1 STARTTLS] hi").got("L1 OK go").secured();
  p.got("* CAPABILITY IMAP4rev1 SASL-IR").got("L2 OK x").got("L3 OK [CAPABILITY IMAP4rev1] in");
  EXPECT_EQ(p.log, "> L1 STARTTLS; tls; > L2 CAPABILITY; > L3 AUTHENTICATE PLAIN AHUAcA==; done");
}

TEST(Login, ImapTakesPlainWhereLoginIsDisabled) {
  play p(protocol::imap, {"u", "p", ""});
  p.got("* OK [CAPABILITY IMAP4rev1 SASL-IR LOGINDISABLED AUTH=PLAIN] hi").got("L1 OK [CAPABILITY IMAP4rev1] in");
  EXPECT_EQ(p.log, "> L1 AUTHENTICATE PLAIN AHUAcA==; done");
}

TEST(Login, ImapRefusalsAreSaid) {
  play p(protocol::imap, {"u", "p", ""});
  p.got("* OK [CAPABILITY IMAP4rev1] hi").got("L1 NO wrong");
  EXPECT_EQ(p.log, "> L1 LOGIN \"u\" \"p\"; failed: LOGIN was refused: NO wrong");
  play q(protocol::imap, {"u", "p", ""});
  q.got("* BYE full");
  EXPECT_EQ(q.log, "failed: the server ends the session: BYE full");
  play r(protocol::imap, {"u", "p", ""});
  r.got("* PREAUTH hi");
  EXPECT_EQ(r.log, "done");
}

// RFC 9051 §7.1.4: whoever wants TLS closes the connection after a PREAUTH in the clear.
TEST(Login, PreauthInTheClearIsNoWayToTls) {
  auto const after = [](login_goal goal, bool tls, bool secured) {
    play p(protocol::imap, {"u", "p", ""}, goal, tls);
    if (secured) p.secured();
    return p.got("* PREAUTH [CAPABILITY IMAP4rev1] hi").log;
  };
  for (auto const goal : {login_goal::authenticated, login_goal::secured})
    EXPECT_TRUE(after(goal, true, false).starts_with("failed: the server greets with PREAUTH in the clear"));
  EXPECT_EQ(after(login_goal::authenticated, true, true), "done");
  EXPECT_EQ(after(login_goal::authenticated, false, false), "done");
  EXPECT_EQ(after(login_goal::greeting, true, false), "done");
}

TEST(Login, Pop3UserPassApopAndAuth) {
  play p(protocol::pop3, {"u", "p w", ""});
  p.got("+OK hi").got("+OK").got("+OK in");
  EXPECT_EQ(p.log, "> USER u; > PASS p w; done");
  play a(protocol::pop3, {"mrose", "tanstaaf", "APOP"});
  a.got("+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>").got("+OK in");
  EXPECT_EQ(a.log, "> APOP mrose c4c9334bac560ecc979e58001b3e22fb; done");
  play s(protocol::pop3, {"u", "p", "PLAIN"}, login_goal::authenticated, true);
  s.got("+OK hi").got("+OK go").secured().got("+ ").got("-ERR [AUTH] no");
  EXPECT_EQ(s.log, "> STLS; tls; > AUTH PLAIN; > AHUAcA==; failed: AUTH was refused: -ERR [AUTH] no");
}

// RFC 3501 §6.2.3: no LOGIN where LOGINDISABLED is announced; RFC 2449 §6.3: USER need not be offered.
TEST(Login, TakesTheWayThatIsAnnounced) {
  play p(protocol::imap, {"u", "p", ""});
  p.got("* OK [CAPABILITY IMAP4rev1 SASL-IR LOGINDISABLED AUTH=PLAIN] hi").got("L1 OK [CAPABILITY IMAP4rev1] in");
  EXPECT_EQ(p.log, "> L1 AUTHENTICATE PLAIN AHUAcA==; done");
  play q(protocol::imap, {"u", "p", ""});
  q.got("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=GSSAPI] hi");
  EXPECT_EQ(q.log, "failed: LOGIN is disabled (LOGINDISABLED), and no SASL mechanism that mailrig speaks is offered");
  play r(protocol::imap, {"u", "p", ""});
  r.got("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED STARTTLS] hi");
  EXPECT_EQ(r.log, "failed: LOGIN is disabled before TLS (LOGINDISABLED); the target needs starttls = true in [imap]");
  play s(protocol::pop3, {"u", "p", ""});
  s.got("+OK hi").got("-ERR no").got("+OK").got("TOP\r\nSASL GSSAPI PLAIN\r\n.").got("+ ").got("+OK in");
  EXPECT_EQ(s.log, "> USER u; > CAPA; > AUTH PLAIN; > AHUAcA==; done");
  play t(protocol::pop3, {"u", "p", ""});
  t.got("+OK hi").got("-ERR no").got("-ERR what");
  EXPECT_EQ(t.log, "> USER u; > CAPA; failed: USER was refused: -ERR no");
}

TEST(Login, ATokenThatHasGoneStaleIsRenewedOnce) {
  int printed = 0;
  auto const tokens = std::make_shared<token_source>(
      [&](std::string const&) -> base::result<std::string> { return "t" + std::to_string(++printed); },
      base::duration{});
  credentials const who{"u", "", "XOAUTH2", {}, tokens};
  auto const sent = [](char const* token) {
    return net::base64(std::string("user=u\x01") + "auth=Bearer " + token + "\x01\x01");
  };
  // The first has just been printed: another would be refused too.
  play fresh(protocol::imap, who);
  fresh.got("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] hi").got("L1 NO t1 is not good");
  EXPECT_EQ(fresh.log,
            "> L1 AUTHENTICATE XOAUTH2 " + sent("t1") + "; failed: AUTHENTICATE was refused: NO t1 is not good");
  EXPECT_EQ(*tokens->token("u"), "t2");
  play p(protocol::imap, who);
  p.got("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] hi").got("L1 NO stale").got("L2 OK [CAPABILITY X] in");
  EXPECT_EQ(p.log, "> L1 AUTHENTICATE XOAUTH2 " + sent("t2") + "; > L2 AUTHENTICATE XOAUTH2 " + sent("t3") + "; done");
  play q(protocol::pop3, who);
  q.got("+OK hi").got("+ ").got("-ERR stale").got("+ ").got("+OK in");
  EXPECT_EQ(q.log, "> AUTH XOAUTH2; > " + sent("t3") + "; > AUTH XOAUTH2; > " + sent("t4") + "; done");
  play r(protocol::imap, who);
  r.got("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] hi").got("L1 NO no").got("L2 NO a long-token-x is no");
  EXPECT_EQ(r.log.substr(r.log.find("failed")), "failed: AUTHENTICATE was refused: NO a long-token-x is no");
}

TEST(Login, LineEndsGoInLiteralsOrBySaslOrNotAtAll) {
  credentials const who{"u\r\nv", "p\nw", ""};
  play p(protocol::imap, who);
  p.got("* OK [CAPABILITY IMAP4rev1] hi").got("+ go").got("+ go").got("L1 OK [CAPABILITY X] in");
  EXPECT_EQ(p.log, "> L1 LOGIN {4}; > u\r\nv {3}; > p\nw; done");
  play q(protocol::pop3, who);
  q.got("+OK hi").got("+OK").got("SASL PLAIN").got(".").got("+ ").got("+OK in");
  EXPECT_EQ(q.log, "> CAPA; > AUTH PLAIN; > " + net::base64(std::string("\0u\r\nv\0p\nw", 9)) + "; done");
  play r(protocol::pop3, who);
  r.got("+OK hi").got("+OK").got("UIDL").got(".");
  EXPECT_EQ(r.log.substr(0, 36), "> CAPA; failed: a user's name or pas");
  play s(protocol::pop3, {"u\r\nDELE 1", "pw", "APOP"});
  s.got("+OK <1@h>");
  EXPECT_EQ(s.log.substr(0, 15), "failed: a user'");
  for (auto const proto : {protocol::imap, protocol::pop3}) {
    play n(proto, {std::string("u\0v", 3), "pw", "PLAIN"});
    n.got(proto == protocol::imap ? "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi" : "+OK hi");
    EXPECT_EQ(n.log, "failed: a user's name or password holds NUL, which cannot be said");
  }
}

TEST(Login, ATokenStandsInNoReport) {
  credentials const who{"u", "", "OAUTHBEARER", "q7-long-token"};
  base::known_secrets().add(who.token, who.user);
  play p(protocol::imap, who);
  p.got("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=OAUTHBEARER] hi").got("L1 NO q7-long-token is not good");
  EXPECT_EQ(p.log.substr(p.log.find("failed")), "failed: AUTHENTICATE was refused: NO HIDDENSECRET is not good");
}

}  // namespace mailrig::session::login_test
