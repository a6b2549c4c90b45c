// A server in a bottle: what another client asks otherwise is answered from what the trace tells, and nothing is made
// up.
#include <gtest/gtest.h>

#include "base/scratch_folder.hpp"
#include "history/trace.hpp"
#include "play/bottle.hpp"
#include "play/bottled_session.hpp"

namespace mailrig::play::bottle_test {
namespace {

using history::event_kind;
using history::protocol;

void hear(history::event_sink& to, protocol p, std::vector<std::pair<char, std::string>> const& lines) {
  to.take({{}, 0, event_kind::opened, p, "u1 host:143"});
  for (auto const& [who, text] : lines)
    to.take({{}, 0, who == 'C' ? event_kind::sent : event_kind::received, p, text + "\r\n"});
}

std::vector<std::pair<char, std::string>> const day = {
    {'S', "* OK hello"},
    {'C', "a1 CAPABILITY"},
    {'S', "* CAPABILITY IMAP4rev1 IDLE"},
    {'S', "a1 OK"},
    {'C', "a2 LOGIN * *"},
    {'S', "a2 OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS] in"},
    {'C', "a3 LIST \"\" *"},
    {'S', "* LIST (\\HasNoChildren) \"/\" INBOX"},
    {'S', "* LIST () \"/\" \"Work/2026\""},
    {'S', "a3 OK"},
    {'C', "a4 SELECT INBOX"},
    {'S', "* FLAGS (\\Seen \\Deleted)"},
    {'S', "* 2 EXISTS"},
    {'S', "* OK [UIDVALIDITY 7] v"},
    {'S', "* OK [UIDNEXT 12] n"},
    {'S', "a4 OK [READ-WRITE] done"},
    {'C', "a5 FETCH 1:2 (UID FLAGS)"},
    {'S', "* 1 FETCH (UID 10 FLAGS (\\Seen))"},
    {'S', "* 2 FETCH (UID 11 FLAGS ())"},
    {'S', "a5 OK"},
    {'C', "a6 UID FETCH 10 BODY.PEEK[]"},
    {'S', "* 1 FETCH (UID 10 BODY[] {31}\r\nSubject: one\r\nFrom: a\r\n\r\ntext\r\n)"},
    {'S', "a6 OK"},
    {'C', "a7 NOOP"},
    {'S', "* 3 EXISTS"},
    {'S', "a7 OK"},
    {'C', "a8 FETCH 3 (UID FLAGS)"},
    {'S', "* 3 FETCH (UID 12 FLAGS (\\Recent))"},
    {'S', "a8 OK"},
};

class store_sink final : public history::event_sink {
 public:
  void take(history::event const& e) override { store.take(e); }
  bottle_store store;
};

/// Another client, which says all of this in turn.
struct other_client {
  explicit other_client(bottle_store const& s, protocol p = protocol::imap) : session(s, p), proto(p) {}
  std::string operator()(std::string const& line) {
    client_input in(proto);
    in.take(line + "\r\n");
    auto const u = in.next();
    session.heard(u->octets);
    auto const a = session.to(*u);
    session.said(a ? a->octets : proto == protocol::imap ? u->tag + " NO none\r\n" : std::string("-ERR\r\n"));
    return a ? a->octets : "-";
  }
  bottled_session session;
  protocol proto;
};

TEST(Bottle, AnswersWhatIsAskedOtherwise) {
  store_sink from;
  hear(from, protocol::imap, day);
  other_client c(from.store);
  c.session.said("* OK hello\r\n");
  EXPECT_EQ(c("x CAPABILITY"), "* CAPABILITY IMAP4rev1 IDLE\r\nx OK CAPABILITY done\r\n");
  EXPECT_EQ(c("x SELECT INBOX"), "-") << "not before the login";
  EXPECT_EQ(c("y LOGIN u p"), "y OK LOGIN done\r\n");
  EXPECT_EQ(c("z CAPABILITY"), "* CAPABILITY IMAP4rev1 IDLE UIDPLUS\r\nz OK CAPABILITY done\r\n");
  EXPECT_EQ(c("i ID NIL"), "* ID NIL\r\ni OK ID done\r\n");
  EXPECT_EQ(c("l LIST \"\" Work/%"), "* LIST () \"/\" \"Work/2026\"\r\nl OK LIST done\r\n");
  EXPECT_EQ(c("m LIST \"\" \"\""), "* LIST (\\Noselect) \"/\" \"\"\r\nm OK LIST done\r\n");
  EXPECT_EQ(c("s STATUS INBOX (MESSAGES UIDNEXT)"),
            "* STATUS \"INBOX\" (MESSAGES 2 UIDNEXT 12)\r\ns OK STATUS done\r\n");
  EXPECT_EQ(c("t STATUS INBOX (UNSEEN)"), "-");
  EXPECT_EQ(c("e EXAMINE inbox"),
            "* FLAGS (\\Seen \\Deleted)\r\n* 2 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n* OK [UIDNEXT 12] n\r\n"
            "e OK [READ-ONLY] done\r\n");
}

TEST(Bottle, PutsAnswersOfMessagesTogether) {
  store_sink from;
  hear(from, protocol::imap, day);
  other_client c(from.store);
  c.session.said("* OK hello\r\n");
  c("y LOGIN u p");
  c("e SELECT INBOX");
  EXPECT_EQ(c("f UID FETCH 1:* FLAGS"),
            "* 1 FETCH (FLAGS (\\Seen) UID 10)\r\n* 2 FETCH (FLAGS () UID 11)\r\nf OK FETCH done\r\n");
  EXPECT_EQ(c("g FETCH 1 (RFC822.SIZE BODY.PEEK[HEADER.FIELDS (Subject)] BODY[]<9.3>)"),
            "* 1 FETCH (RFC822.SIZE 31 BODY[HEADER.FIELDS (SUBJECT)] {16}\r\nSubject: one\r\n\r\n BODY[]<9> "
            "{3}\r\none)\r\ng OK FETCH done\r\n");
  EXPECT_EQ(c("h FETCH 1 BODY[TEXT]"), "* 1 FETCH (BODY[TEXT] {6}\r\ntext\r\n)\r\nh OK FETCH done\r\n");
  EXPECT_EQ(c("i FETCH 2 BODY[]"), "-") << "nobody fetched it";
  EXPECT_EQ(c("j UID SEARCH UNSEEN"), "* SEARCH 11\r\nj OK SEARCH done\r\n");
  EXPECT_EQ(c("k SEARCH NOT UNSEEN UID 1:*"), "* SEARCH 1\r\nk OK SEARCH done\r\n");
  EXPECT_EQ(c("l SEARCH SUBJECT one"), "-");
  EXPECT_EQ(c("m STORE 1 +FLAGS (\\Deleted)"), "-") << "what nobody did has no answer";
  // What the trace says in its turn counts here too.
  c.session.said("* 3 EXISTS\r\n* 2 FETCH (FLAGS (\\Seen))\r\n");
  EXPECT_EQ(c("n FETCH 2:3 (UID FLAGS)"),
            "* 2 FETCH (UID 11 FLAGS (\\Seen))\r\n* 3 FETCH (UID 12 FLAGS (\\Recent))\r\nn OK FETCH done\r\n");
  c.session.said("* 1 EXPUNGE\r\n");
  EXPECT_EQ(c("o FETCH 1 UID"), "* 1 FETCH (UID 11)\r\no OK FETCH done\r\n");
}

TEST(Bottle, AnnouncesMechanismsThatNeedNoPassword) {
  EXPECT_EQ(without_unknown_mechanisms("* CAPABILITY IMAP4rev1 AUTH=SCRAM-SHA-256 AUTH=PLAIN IDLE AUTH=GSSAPI\r\n"),
            "* CAPABILITY IMAP4rev1 AUTH=PLAIN IDLE\r\n");
  EXPECT_EQ(without_unknown_mechanisms("* OK [CAPABILITY AUTH=CRAM-MD5 AUTH=DIGEST-MD5] hi\r\n"),
            "* OK [CAPABILITY AUTH=CRAM-MD5] hi\r\n");
  EXPECT_EQ(without_unknown_mechanisms("+OK\r\nUIDL\r\nSASL SCRAM-SHA-1 PLAIN\r\nUSER\r\n.\r\n"),
            "+OK\r\nUIDL\r\nSASL PLAIN\r\nUSER\r\n.\r\n");
}

TEST(Bottle, PlaysTheMechanismsThatItAnnounces) {
  store_sink from;
  hear(from, protocol::imap, day);
  for (std::string const name : {"PLAIN", "login", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER", "EXTERNAL", "ANONYMOUS"})
    for (auto const p : {protocol::imap, protocol::pop3}) {
      bool const imap = p == protocol::imap;
      client_input in(p);
      in.take((imap ? "a AUTHENTICATE " : "AUTH ") + name + "\r\n");
      bottled_session session(from.store, p);
      auto const a = session.to(*in.next());
      ASSERT_TRUE(a) << name;
      EXPECT_TRUE(a->octets.starts_with("+ ") && a->octets.ends_with("\r\n")) << name;
      auto const well = std::string(imap ? "a OK in\r\n" : "+OK\r\n");
      EXPECT_EQ(a->after, name == "login" ? "+ UGFzc3dvcmQ6\r\n" + well : well) << name;
    }
  other_client c(from.store);
  EXPECT_EQ(c("a AUTHENTICATE PLAIN AHUAcA=="), "a OK in\r\n");
  EXPECT_EQ(c("b AUTHENTICATE LOGIN dQ=="), "+ UGFzc3dvcmQ6\r\n");
  EXPECT_EQ(c("c AUTHENTICATE SCRAM-SHA-1"), "-");
}

TEST(Bottle, SearchesByNumbers) {
  store_sink from;
  hear(from, protocol::imap, day);
  other_client c(from.store);
  c.session.said("* OK hello\r\n");
  c("y LOGIN u p");
  c("e SELECT INBOX");
  EXPECT_EQ(c("f SEARCH NOT 1 ALL"), "* SEARCH 2\r\nf OK SEARCH done\r\n");
  EXPECT_EQ(c("g SEARCH 1:* UID 11:*"), "* SEARCH 2\r\ng OK SEARCH done\r\n");
  EXPECT_EQ(c("h UID FETCH 11,99 UID"), "* 2 FETCH (UID 11)\r\nh OK FETCH done\r\n");
  EXPECT_EQ(c("i SEARCH NOT"), "-");
}

TEST(Bottle, AnswersForUidsThatWereToldAmongOthersThatWereNot) {
  store_sink from;
  hear(from, protocol::imap,
       {{'S', "* PREAUTH hello"},
        {'C', "a1 SELECT INBOX"},
        {'S', "* 4 EXISTS"},
        {'S', "a1 OK [READ-WRITE] done"},
        {'C', "a2 UID FETCH 10 FLAGS"},
        {'S', "* 2 FETCH (UID 10 FLAGS (\\Seen))"},
        {'S', "a2 OK"},
        {'C', "a3 UID FETCH 20 FLAGS"},
        {'S', "* 4 FETCH (UID 20 FLAGS ())"},
        {'S', "a3 OK"}});
  other_client c(from.store);
  c.session.said("* PREAUTH hello\r\n");
  c("e SELECT INBOX");
  EXPECT_EQ(c("f UID FETCH 10,20 FLAGS"),
            "* 2 FETCH (FLAGS (\\Seen) UID 10)\r\n* 4 FETCH (FLAGS () UID 20)\r\nf OK FETCH done\r\n");
  EXPECT_EQ(c("g UID FETCH 15 FLAGS"), "-") << "that may be the third message";
  EXPECT_EQ(c("h UID FETCH 1:10 FLAGS"), "-") << "or the first";
  EXPECT_EQ(c("i UID FETCH 20:* FLAGS"), "* 4 FETCH (FLAGS () UID 20)\r\ni OK FETCH done\r\n");
  EXPECT_EQ(c("j UID SEARCH ALL"), "-");
  EXPECT_EQ(c("k UID SEARCH UID 10"), "* SEARCH 10\r\nk OK SEARCH done\r\n");
}

TEST(Bottle, OfPop3) {
  store_sink from;
  hear(from, protocol::pop3,
       {{'S', "+OK hello"},
        {'C', "USER *"},
        {'S', "+OK"},
        {'C', "PASS *"},
        {'S', "+OK"},
        {'C', "LIST"},
        {'S', "+OK\r\n1 20\r\n2 30\r\n."},
        {'C', "RETR 1"},
        {'S', "+OK\r\nA: b\r\n\r\nx\r\n..y\r\n."}});
  other_client c(from.store, protocol::pop3);
  c.session.said("+OK hello\r\n");
  EXPECT_EQ(c("CAPA"), "-ERR\r\n");
  EXPECT_EQ(c("USER u"), "+OK\r\n");
  EXPECT_EQ(c("LIST 2"), "+OK 2 30\r\n");
  EXPECT_EQ(c("LIST 3"), "-ERR\r\n");
  EXPECT_EQ(c("TOP 1 1"), "+OK\r\nA: b\r\n\r\nx\r\n.\r\n");
  EXPECT_EQ(c("RETR 1"), "+OK\r\nA: b\r\n\r\nx\r\n..y\r\n.\r\n");
  EXPECT_EQ(c("RETR 2"), "-");
  EXPECT_EQ(c("UIDL"), "-");
}

TEST(Bottle, CommandsThatWereSentWithoutWaitingAreAnsweredOneByOne) {
  auto const scratch = base::scratch_folder::make("bottle-test");
  auto const file = scratch->path() / "t.jsonl";
  {
    auto w = history::trace_writer::open(file, {});
    hear(
        *w, protocol::imap,
        {{'S', "* OK hello"}, {'C', "a CAPABILITY\r\nb NOOP"}, {'S', "* CAPABILITY IMAP4rev1"}, {'S', "a OK\r\nb OK"}});
  }
  auto const said = [&](bool strict) {
    std::string out;
    auto const b = read_bottle(file, strict);
    for (auto const& s : b->parts.at(0).steps) out += s.what == played_step::kind::ask ? "C " + s.text + ";" : "S;";
    return out;
  };
  EXPECT_EQ(said(false), "S;C CAPABILITY;S;S;C NOOP;S;");
  EXPECT_EQ(said(true), "S;C CAPABILITY;C NOOP;S;S;S;");
}

}  // namespace
}  // namespace mailrig::play::bottle_test
