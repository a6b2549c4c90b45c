// Dialogues of clients, accepted and rejected: each rule has some that break it, and their nearest kin that do not.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "check/client/client_checker.hpp"
#include "check/tiny_history.hpp"

namespace mailrig::check::client_checkers_test {
namespace {

std::set<std::string> said_of_client(std::string_view dialogue, std::string_view gaps = {}) {
  judge j(checkers_of_clients(), nullptr);
  j.lacks(read_gaps(gaps));
  hear(j, dialogue);
  std::set<std::string> rules;
  for (auto const& f : j.findings()) rules.insert(f.rule);
  return rules;
}

std::string told(std::string_view capabilities) {
  return "1< * OK [CAPABILITY IMAP4rev1 " + std::string(capabilities) + "] hi\n";
}
/// Logged in, and told the capabilities since.
std::string in(std::string_view capabilities = "IDLE ENABLE UIDPLUS LITERAL+ MOVE UNSELECT SASL-IR") {
  return "1< * OK hi\n1> l LOGIN u p\n1< l OK [CAPABILITY IMAP4rev1 " + std::string(capabilities) + "] in\n";
}
std::string selected(std::string_view capabilities = "IDLE ENABLE UIDPLUS LITERAL+ MOVE UNSELECT SASL-IR",
                     std::string_view uidvalidity = "7") {
  return in(capabilities) + "1> s SELECT INBOX\n1< * FLAGS (\\Deleted \\Seen)\n1< * 3 EXISTS\n1< * OK [UIDVALIDITY " +
         std::string(uidvalidity) + "] v\n1< s OK [READ-WRITE] done\n";
}
std::string const reselected8 =
    "1> t SELECT INBOX\n1< * 3 EXISTS\n1< * OK [UIDVALIDITY 8] v\n1< t OK [READ-WRITE] done\n";
std::string const uids =
    "1> f FETCH 1:3 UID\n1< * 1 FETCH (UID 5)\n1< * 2 FETCH (UID 6)\n1< * 3 FETCH (UID 7)\n1< f OK x\n";

std::string const utf8 = "1> u ENABLE UTF8=ACCEPT\n1< * ENABLED UTF8=ACCEPT\n1< u OK x\n";

/// Another session, in which it says something more before it selects.
std::string second_with(std::string_view more, std::string_view uidvalidity) {
  std::string out = "2< * OK hi\n2> m LOGIN u p\n2< m OK [CAPABILITY IMAP4rev1 UIDPLUS ID ESEARCH] in\n";
  if (!more.empty()) out += "2> " + std::string(more) + "\n2< k7 OK x\n";
  return out + "2> s SELECT INBOX\n2< * 3 EXISTS\n2< * OK [UIDVALIDITY " + std::string(uidvalidity) +
         "] v\n2< s OK [READ-WRITE] done\n";
}
/// One session of a client, which is told UIDs and leaves.
std::string const earlier = selected() + uids + "1> o LOGOUT\n1< * BYE x\n1< o OK x\n1= server closed\n";
/// The same client comes again, to another UIDVALIDITY.
std::string renewed(std::string_view command) {
  return earlier + second_with("", "8") + "2> g " + std::string(command) + "\n";
}

/// A set that nobody has grouped into ranges.
std::string many_uids() {
  std::string out;
  for (int uid = 100; uid < 4000; uid += 2) out += "," + std::to_string(uid);
  return out;
}

/// "m=x" and "v=QSXC" in base64.
std::string scram(std::string_view challenge, std::string_view response, std::string_view end) {
  return "1< * OK hi\n1> a AUTHENTICATE SCRAM-SHA-256\n1< + \n1> X\n1< + " + std::string(challenge) + "\n1> " +
         std::string(response) + "\n1< a " + std::string(end) + "\n";
}

breach const rejected[] = {
    {"client-sasl.server-first", told("SASL-IR AUTH=CRAM-MD5") + "1> a AUTHENTICATE CRAM-MD5 X\n"},
    {"client-sasl.mandatory", scram("bT14", "X", "NO x")},
    {"client-sasl.unproven", scram("cj1h", "X", "OK x") + "1> b SELECT INBOX\n"},
    {"client-tags.in-progress", selected() + "1> a FETCH 1 FLAGS\\na FETCH 2 FLAGS\n"},
    {"client-tags.reused", selected() + "1> a NOOP\n1< a OK x\n1> a NOOP\n"},
    {"client-states.unauthenticated", "1< * OK hi\n1> a SELECT INBOX\n"},
    {"client-states.unauthenticated", "1< * OK hi\n1> l LOGIN u p\n1< l NO x\n1> a LIST \"\" *\n"},
    {"client-states.unselected", in() + "1> a FETCH 1 FLAGS\n"},
    {"client-states.unselected", in() + "1> a UID EXPUNGE 5\n"},
    {"client-states.unselected", selected() + "1> a CLOSE\n1< a OK x\n1> b EXPUNGE\n"},
    {"client-states.unselected", in() + "1> s SELECT none\n1< s NO x\n1> b SEARCH ALL\n"},
    {"client-states.authenticated", in() + "1> a LOGIN u p\n"},
    {"client-states.authenticated", in("STARTTLS") + "1> a STARTTLS\n"},
    {"client-states.enable-late", selected() + "1> a ENABLE CONDSTORE\n"},
    {"client-states.enable-late", selected() + "1> a CLOSE\n1< a OK x\n1> b ENABLE CONDSTORE\n"},
    {"client-states.leave", selected() + "1= client closed\n"},
    {"client-states.unread", selected() + "1> a LOGOUT\n1= client closed\n"},
    {"client-states.unread", selected() + "1> a NOOP\\nb LOGOUT\n1< a OK x\n~900\n1= client closed\n"},
    {"client-states.unread",
     selected() + "1> a FETCH 1 UID\n~8000\n1< * 1 FETCH (UID 5)\n1> b LOGOUT\n1= client closed\n"},
    {"client-order.literal", in() + "1> a APPEND INBOX {3}\n1> abc\n"},
    {"client-order.literal", in() + "1> a CREATE {0}\n1> \n"},
    {"client-order.continuation", "1< * OK hi\n1> a AUTHENTICATE CRAM-MD5\n1> b CAPABILITY\n"},
    {"client-order.numbers", selected() + "1> a FETCH 1 UID\\nb NOOP\\nc STORE 1 +FLAGS (\\Seen)\n"},
    {"client-order.numbers", selected() + "1> a STORE 1 +FLAGS (\\Seen)\\nb COPY 1 x\\nc FETCH 2 FLAGS\n"},
    {"client-order.numbers", selected() + "1> a COPY 1 x\\nb COPY 2 x\n"},
    {"client-order.numbers", selected() + "1> a CHECK\\nb FETCH 1 FLAGS\n"},
    {"client-order.numbers", selected() + "1> a UID FETCH 5 FLAGS\\nb FETCH 1 FLAGS\n"},
    {"client-order.numbers", selected() + "1> a UID SEARCH ALL\\nb UID SEARCH 1:2 SEEN\n"},
    {"client-order.numbers", selected() + "1> a IDLE\n1< + idling\n1> DONE\\nb FETCH 1 FLAGS\n"},
    {"client-order.ambiguous", selected() + "1> a FETCH 1:2 (UID FLAGS)\\nb STORE 2 +FLAGS (\\Seen)\n"},
    {"client-order.ambiguous", selected() + "1> a UID STORE 5:7 +FLAGS.SILENT (\\Seen)\\nb UID FETCH 6 FLAGS\n"},
    {"client-order.starttls", "1< * OK hi\n1> a STARTTLS\\nb CAPABILITY\n"},
    {"client-order.compress", in("COMPRESS=DEFLATE") + "1> a COMPRESS DEFLATE\\nb NOOP\n"},
    {"client-idle.not-done", selected() + "1> a IDLE\n1< + idling\n1> b NOOP\n"},
    {"client-idle.not-done", selected() + "1> a IDLE\n1< + idling\n1> EOF\n"},
    {"client-idle.not-done", selected() + "1> a IDLE\n1> b FETCH 1 FLAGS\n"},
    {"client-idle.renewal", selected() + "1> a IDLE\n1< + idling\n~1860000\n1> DONE\n1< a OK x\n"},
    {"client-idle.renewal", selected() + "1> a IDLE\n1< + idling\n~3600000\n1= server closed\n"},
    {"client-secrets.clear", told("STARTTLS") + "1> a LOGIN u p\n"},
    {"client-secrets.clear", told("STARTTLS AUTH=PLAIN SASL-IR") + "1> a AUTHENTICATE PLAIN *\n"},
    {"client-secrets.clear", "5< +OK hi\n5> CAPA\n5< +OK\\nSTLS\\nUSER\\n.\n5> USER u\n5< +OK\n5> PASS p\n"},
    {"client-secrets.login-disabled", told("LOGINDISABLED STARTTLS") + "1> a LOGIN u p\n"},
    {"client-capabilities.unannounced", selected("UIDPLUS") + "1> a IDLE\n"},
    {"client-capabilities.unannounced", selected("IDLE") + "1> a UID EXPUNGE 5\n"},
    {"client-capabilities.unannounced", told("AUTH=PLAIN") + "1> a AUTHENTICATE PLAIN *\n"},
    {"client-capabilities.anew", told("STARTTLS") + "1> a STARTTLS\n1< a OK x\n1! TLS\n1> b LOGIN u p\n"},
    {"client-capabilities.unannounced", in("SPECIAL-USE") + "1> a LIST (SUBSCRIBED) \"\" *\n"},
    {"client-capabilities.unannounced", in("CHILDREN") + "1> a LIST \"\" * RETURN (CHILDREN)\n"},
    {"client-capabilities.unannounced", in("SPECIAL-USE") + "1> a CREATE x (USE (\\Sent))\n"},
    {"client-secrets.last-resort", told("AUTH=PLAIN AUTH=SCRAM-SHA-256") + "1> a LOGIN u p\n"},
    {"client-sync.enable", in() + "1> s SELECT x (QRESYNC (7 20))\n"},
    {"client-sync.enable", selected() + "1> a UID FETCH 1:* FLAGS (CHANGEDSINCE 5 VANISHED)\n"},
    {"client-sync.vanished", in() +
                                 "1> e ENABLE QRESYNC\n1< * ENABLED QRESYNC\n1< e OK x\n1> s SELECT x\n1< * 3 EXISTS\n"
                                 "1< s OK x\n1> a UID FETCH 1:* FLAGS (VANISHED)\n"},
    {"client-literals.unannounced", in("IDLE") + "1> a CREATE {3+}\\nabc\n"},
    {"client-literals.too-large", in("LITERAL-") + "1> a APPEND x {4097+}\\n" + std::string(4097, 'x') + "\n"},
    {"client-mailboxes.status", selected() + "1> a STATUS inbox (MESSAGES)\n"},
    {"client-mailboxes.poll", selected() + "1> a STATUS INBOX (MESSAGES)\n1< a OK x\n1> n NOOP\n1< n OK x\n1> b STATUS "
                                           "INBOX (MESSAGES UNSEEN)\n"},
    {"client-mailboxes.check", selected() + "1> a CHECK\n1< a OK x\n~60000\n1> b CHECK\n"},
    {"client-mailboxes.check", selected() +
                                   "1> a STORE 1 +FLAGS (\\Seen)\n1< a OK x\n1> b CHECK\n1< b OK x\n1> i IDLE\n1< + "
                                   "x\n1> DONE\n1< i OK x\n1> c CHECK\n"},
    {"client-validity.across", renewed("UID FETCH 6 ENVELOPE")},
    {"client-validity.across", renewed("UID STORE 5:6,7 +FLAGS (\\Deleted)")},
    {"client-validity.across", renewed("UID COPY 5,20 x")},
    {"client-append.limit", in("APPENDLIMIT=99") + "1> a APPEND x {100}\n1< + go\n1> " + std::string(100, 'x') + "\n"},
    {"client-append.limit", in("APPENDLIMIT=99") + "1> a APPEND x {100}\n1< a NO [TOOBIG] x\n"},
    {"client-append.limit", in("APPENDLIMIT LITERAL+") +
                                "1> s STATUS x (APPENDLIMIT)\n1< * STATUS x (APPENDLIMIT 9)\n1< s "
                                "OK x\n1> a APPEND x (\\Seen) {10+}\\n0123456789\n"},
    {"client-append.unknown", in("APPENDLIMIT LITERAL+") +
                                  "1> s STATUS x (APPENDLIMIT)\n1< * STATUS x (APPENDLIMIT 9)\n1< s "
                                  "OK x\n1> a APPEND y {3+}\\nabc\n"},
    {"client-mailboxes.delete-selected", in() + "1> s SELECT x\n1< * 0 EXISTS\n1< s OK done\n1> a DELETE x\n"},
    {"client-mailboxes.beyond", selected() + "1> a FETCH 4 FLAGS\n"},
    {"client-mailboxes.beyond", selected() + "1> a NOOP\n1< * 1 EXPUNGE\n1< a OK x\n1> b STORE 3 +FLAGS (\\Seen)\n"},
    {"client-mailboxes.beyond", selected() + "1> a FETCH 1:9 FLAGS\n"},
    {"client-mailboxes.uidvalidity", selected() + uids + reselected8 + "1> g UID FETCH 6 FLAGS\n"},
    {"client-mailboxes.eight-bit", in() + "1> a CREATE {5+}\\ncaf\xC3\xA9\n"},
    {"client-mailboxes.mutf7", in() + "1> a CREATE \"Q&A\"\n"},
    {"client-mailboxes.mutf7", in() + "1> a RENAME x \"&AGE-\"\n"},
    {"client-expunge.others",
     selected() + "1> a FETCH 2 FLAGS\n1< * 2 FETCH (FLAGS (\\Deleted))\n1< a OK x\n1> b EXPUNGE\n"},
    {"client-expunge.others", selected() + "1> a UID STORE 5 +FLAGS.SILENT (\\Deleted)\n1< a OK x\n1> b NOOP\n1< * 2 "
                                           "FETCH (UID 6 FLAGS (\\Deleted))\n1< b OK x\n1> c CLOSE\n"},
    {"client-syntax.grammar", selected() + "1> a FETCH 1 (FLAGS\n"},
    {"client-syntax.grammar", selected() + "1> a  NOOP\n"},
    {"client-syntax.grammar", selected() + "1> a STORE 1 +FLAGS (\\Recent)\n"},
    {"client-syntax.grammar", selected() + "1> \n"},
    {"client-syntax.length", selected() + "1> a UID FETCH 5" + many_uids() + " FLAGS\n"},
    {"client-utf8.charset",
     in("ENABLE UTF8=ACCEPT") + utf8 + "1> s SELECT x\n1< s OK x\n1> a SEARCH CHARSET UTF-8 ALL\n"},
    {"client-utf8.append", in("ENABLE UTF8=ACCEPT LITERAL+") + "1> a APPEND x {9+}\\nS: \xC3\xA4\\n\\n\n"},
    {"client-utf8.login", told("UTF8=ACCEPT LITERAL+") + "1> a LOGIN {2+}\\n\xC3\xA4 p\n"},
    {"client-utf8.only", in("ENABLE UTF8=ONLY") + "1> a LIST \"\" *\n"},
    {"client-pop3.state", "5< +OK hi\n5> STAT\n"},
    {"client-pop3.state", "5< +OK hi\n5> PASS p\n"},
    {"client-pop3.state", drop + "5> USER u\n"},
    {"client-pop3.syntax", drop + "5> RETR\n"},
    {"client-pop3.syntax", drop + "5> TOP 1\n"},
    {"client-pop3.syntax", drop + "5> DELE one\n"},
    {"client-pop3.spaces", drop + "5> RETR  1\n"},
    {"client-pop3.spaces", drop + "5> STAT \n"},
    {"client-pop3.long", drop + "5> XTND " + std::string(250, 'x') + "\n"},
    {"client-pop3.deleted", drop + "5> STAT\n5< +OK 2 9\n5> DELE 1\n5< +OK\n5> RETR 1\n"},
    {"client-pop3.absent", drop + "5> STAT\n5< +OK 2 9\n5> RETR 3\n"},
    {"client-pop3.blind", drop + "5> DELE 1\n"},
    {"client-pop3.pipelining", "5< +OK hi\n5> CAPA\n5< +OK\\nUIDL\\n.\n5> USER u\\nPASS p\n"},
    {"client-pop3.stls", "5< +OK hi\n5> STLS\\nUSER u\n"},
    {"client-pop3.stls-after-utf8", "5< +OK hi\n5> UTF8\n5< +OK\n5> STLS\n"},
    {"client-pop3.wide-name", "5< +OK hi\n5> CAPA\n5< +OK\\nUTF8\\n.\n5> USER \xC3\xA4\n"},
    {"client-pop3.anew", "5< +OK hi\n5> STLS\n5< +OK\n5! TLS\n5> USER u\n"},
    {"client-pop3.unannounced", drop + "5> CAPA\n5< +OK\\nUSER\\n.\n5> UIDL\n"},
    {"client-pop3.quit", drop + "5> STAT\n5< +OK 2 9\n5> DELE 1\n5< +OK\n5= client closed\n"},
};

/// No client is accused in any of these.
std::string const accepted[] = {
    told("SASL-IR AUTH=PLAIN") + "1> a AUTHENTICATE CRAM-MD5\n1< + PDFAaD4=\n1> X\n1< a OK x\n1> b SELECT INBOX\n",
    scram("bT14", "*", "BAD x"),
    scram("dj1RU1hD", "", "OK x") + "1> b SELECT INBOX\n",
    // Tags: any, of any length, ascending or not; in another session again.
    selected() + "1> 9z.]- NOOP\n1< 9z.]- OK x\n2< * OK hi\n2> l LOGIN u p\n",
    // What RFC 3501 §5.5 names as valid.
    selected() + "1> a FETCH 1 RFC822.SIZE\\nb STORE 2 +FLAGS (\\Seen)\\nc SEARCH ALL\\nd CHECK\n",
    selected() + "1> a STORE 1 +FLAGS (\\Seen)\\nb COPY 2 x\\nc EXPUNGE\n",
    selected() + "1> a UID SEARCH ALL\\nb UID SEARCH UNSEEN\\nc UID SEARCH UID 1:5\n",
    selected() + "1> a NOOP\\nb UID FETCH 5 FLAGS\\nc UID STORE 6 +FLAGS (\\Seen)\n",
    // The answer to the first came before the second was sent.
    selected() + "1> a NOOP\n1< a OK x\n1> b FETCH 3 FLAGS\n",
    // Flags of other messages, or something else of these.
    selected() + "1> a FETCH 1 FLAGS\\nb STORE 2 +FLAGS (\\Seen)\n",
    selected() + "1> a FETCH 1 (ENVELOPE)\\nb STORE 1 +FLAGS (\\Seen)\n",
    // A login, a selection and more in one go: each counts on what is before it.
    "1< * OK hi\n1> a LOGIN u p\\nb ENABLE CONDSTORE\\nc SELECT INBOX\\nd UID FETCH 1:* FLAGS\n",
    // The first answer came with it.
    told("SASL-IR AUTH=PLAIN") + "1> a AUTHENTICATE PLAIN *\\nb CAPABILITY\n",
    "1< * PREAUTH hi\n1> a SELECT INBOX\n",
    // Literals: waited for, refused, not to be waited for.
    in() + "1> a APPEND INBOX {3}\n1< + go\n1> abc\n1< a OK x\n",
    in() + "1> a APPEND INBOX {3}\n1< a NO no\n1> b NOOP\n",
    in() + "1> a APPEND INBOX {3+}\\nabc\n1< a OK x\n",
    in("LITERAL-") + "1> a APPEND x {4096+}\\n" + std::string(4096, 'x') + "\n",
    in("IMAP4rev2") + "1> a CREATE {3+}\\nabc\n",
    "1< * OK hi\n1> a LOGIN {1+}\\nu {1+}\\np\n",  // what is announced nobody has told yet
    // IDLE: DONE in any case, at once or before the "+", and anew in time.
    selected() + "1> a IDLE\n1< + idling\n~1740000\n1> done\n1< a OK x\n1> b IDLE\n1< + idling\n",
    selected() + "1> a IDLE\\nDONE\\nb NOOP\n1< + idling\n1< a OK x\n1< b OK x\n",
    selected() + "1> a IDLE\n1< a NO not now\n1> b NOOP\n",
    // TLS first, or none on offer; a list that is told anew needs no asking.
    told("STARTTLS LOGINDISABLED") +
        "1> a STARTTLS\n1< a OK x\n1! TLS\n1> b CAPABILITY\n1< * CAPABILITY IMAP4rev1\n1< b "
        "OK x\n1> c LOGIN u p\n",
    "1< * OK hi\n1! TLS\n1> a LOGIN u p\n",
    told("") + "1> a LOGIN u p\n",
    told("AUTH=PLAIN") + "1> a AUTHENTICATE PLAIN\n1< + \n1> AGEAYg==\n1< a NO no\n1> b LOGIN u p\n",
    in("LIST-EXTENDED CREATE-SPECIAL-USE") +
        "1> a LIST (SUBSCRIBED) \"\" (\"%\" \"x\") RETURN (CHILDREN)\n1< a OK x\n1> b CREATE x (USE "
        "(\\Sent))\n",
    in() + "1> a LIST \"(x)\" \"(y)\"\n",
    in() +
        "1> e ENABLE CONDSTORE qresync\n1< * ENABLED QRESYNC\n1< e OK x\n1> s SELECT x (QRESYNC (7 20 1:5))\n1< * 3 "
        "EXISTS\n1< s OK x\n1> a UID FETCH 1:* FLAGS (CHANGEDSINCE 5 VANISHED)\n1< a OK x\n1> b FETCH 1 FLAGS "
        "(CHANGEDSINCE 5)\n",
    "1< * OK hi\n1> a LOGIN u p\n",
    told("STARTTLS AUTH=CRAM-MD5") + "1> a AUTHENTICATE CRAM-MD5\n1< + YQ==\n1> YWJj\n1< a OK x\n",
    // Nobody told what there is: the client may know it.
    "1< * OK hi\n1> l LOGIN u p\n1< l OK in\n1> s SELECT INBOX\n1< * 3 EXISTS\n1< s OK x\n1> a IDLE\n",
    selected("IMAP4rev2") + "1> a IDLE\n1< + x\n1> DONE\n1< a OK x\n1> b UID EXPUNGE 5\n1< b OK x\n1> c UNSELECT\n",
    in("QUOTA=RES-STORAGE THREAD=REFERENCES SORT=DISPLAY SORT") +
        "1> a GETQUOTAROOT INBOX\n1< a OK x\n1> s SELECT INBOX\n1< * 3 EXISTS\n1< s OK x\n1> b THREAD REFERENCES UTF-8 "
        "ALL\n1< b OK x\n1> c SORT (DATE) UTF-8 ALL\n",
    // Of an empty mailbox, and of messages that have come.
    in() + "1> s SELECT x\n1< * 0 EXISTS\n1< s OK x\n1> a FETCH 1:* FLAGS\n1< a OK x\n1> b UID FETCH 1:* FLAGS\n",
    selected() + "1> a NOOP\n1< * 4 EXISTS\n1< a OK x\n1> b FETCH 4 FLAGS\n",
    selected() + "1> a FETCH 3:* FLAGS\n1< a OK x\n1> b FETCH *:1 FLAGS\n",
    // A client that does not wait sends its command as the EXPUNGE comes: they cross.
    selected() +
        "1> a UID FETCH 5 FLAGS\\nb UID FETCH 6 FLAGS\n1< b OK x\n1< * 1 EXPUNGE\n1< a OK x\n1> c FETCH 3 FLAGS\n",
    // STATUS of another mailbox, or of the one that was selected before.
    selected() + "1> a STATUS x (MESSAGES)\n1< a OK x\n1> b UNSELECT\n1< b OK x\n1> c STATUS INBOX (MESSAGES)\n",
    selected() + "1> a SELECT x\\nb STATUS INBOX (MESSAGES)\n",
    // UIDs anew under a new UIDVALIDITY; ranges for whatever is there; the same ones under the same.
    selected() + uids + reselected8 +
        "1> g UID FETCH 1:* FLAGS\n1< * 2 FETCH (UID 6 FLAGS ())\n1< g OK x\n1> h UID FETCH 6 ENVELOPE\n",
    selected() + uids + reselected8 + "1> g UID SEARCH ALL\n1< * SEARCH 6\n1< g OK x\n1> h UID FETCH 6 ENVELOPE\n",
    selected() + uids + reselected8 + "1> g UID FETCH 5:7 FLAGS\n",
    selected() + uids +
        "1> t SELECT INBOX\n1< * 3 EXISTS\n1< * OK [UIDVALIDITY 7] v\n1< t OK x\n1> g UID FETCH 6 FLAGS\n",
    // Names: modified UTF-7, and UTF-8 where that was enabled.
    in() + "1> a CREATE \"Q&-A\"\n1< a OK x\n1> b CREATE \"Entw&APw-rfe\"\n1< b OK x\n1> c LIST \"\" \"Q&A\"\n",
    in("UTF8=ACCEPT ENABLE") +
        "1> a ENABLE UTF8=ACCEPT\n1< * ENABLED UTF8=ACCEPT\n1< a OK x\n1> b CREATE \"caf\xC3\xA9\"\n",
    // What it marked itself it may remove; what others marked stays with UID EXPUNGE, UNSELECT and EXAMINE.
    selected() + "1> a STORE 2 +FLAGS (\\Deleted)\n1< * 2 FETCH (FLAGS (\\Deleted))\n1< a OK x\n1> b EXPUNGE\n",
    selected() + "1> a UID STORE 6 +FLAGS (\\Deleted)\n1< * 2 FETCH (UID 6 FLAGS (\\Deleted))\n1< a OK x\n1> b CLOSE\n",
    selected() +
        "1> a UID STORE 6 +FLAGS.SILENT (\\Deleted)\n1< a OK x\n1> n NOOP\n1< * 2 FETCH (FLAGS (\\Deleted))\n1< n OK "
        "x\n1> b CLOSE\n",
    selected() +
        "1> a FETCH 2 FLAGS\n1< * 2 FETCH (FLAGS (\\Deleted))\n1< a OK x\n1> b UID EXPUNGE 6\n1< b OK x\n1> c "
        "UNSELECT\n",
    selected() +
        "1> a FETCH 2 FLAGS\n1< * 2 FETCH (FLAGS (\\Deleted))\n1< * 2 FETCH (FLAGS ())\n1< a OK x\n1> b EXPUNGE\n",
    in() +
        "1> s EXAMINE x\n1< * 2 EXISTS\n1< s OK [READ-ONLY] x\n1> a FETCH 2 FLAGS\n1< * 2 FETCH (FLAGS "
        "(\\Deleted))\n1< a OK x\n1> b CLOSE\n",
    // STATUS of another, CHECK where there is something to be written, once for each.
    selected() + "1> a CHECK\n1< a OK x\n1> b STORE 1 +FLAGS (\\Seen)\n1< b OK x\n1> c CHECK\n1< c OK x\n",
    selected() + "1> a CHECK\n1< a OK x\n1> t SELECT INBOX\n1< * 3 EXISTS\n1< t OK x\n1> c CHECK\n1< c OK x\n",
    selected() + "1> a STATUS x (MESSAGES)\n1< a OK x\n1> b STATUS x (MESSAGES)\n1< b OK x\n",
    // Under a new UIDVALIDITY: ranges, what it or another was told since, what it was told in no form that is known.
    renewed("UID FETCH 5:7 ENVELOPE"),
    renewed("UID FETCH 8 ENVELOPE"),
    renewed("UID FETCH 1:* FLAGS") + "2< * 2 FETCH (UID 6 FLAGS ())\n2< g OK x\n2> h UID STORE 6 +FLAGS (\\Seen)\n",
    renewed("UID SEARCH ALL") + "2< * SEARCH 6\n2< g OK x\n2> h UID FETCH 6 ENVELOPE\n",
    renewed("UID SEARCH RETURN () ALL") + "2< * ESEARCH (TAG g) UID ALL 6\n2< g OK x\n2> h UID FETCH 6 ENVELOPE\n",
    renewed("COPY 1 INBOX") + "2< g OK [COPYUID 8 2 6] x\n2> h UID FETCH 6 ENVELOPE\n",
    // Another client, as what it says first shows: it has a past of its own.
    earlier + second_with("k7 ID (\"name\" \"other\")", "8") + "2> g UID FETCH 6 ENVELOPE\n",
    // The same UIDVALIDITY.
    earlier + second_with("", "7") + "2> g UID FETCH 6 ENVELOPE\n",
    // Uploads: as large as may be, no limit for this mailbox, a client that does not know of limits.
    in("APPENDLIMIT=99") + "1> a APPEND x {99}\n1< + go\n1> " + std::string(99, 'x') + "\n",
    in("APPENDLIMIT=2 LITERAL+") + "1> a APPEND {3+}\\nabc {2+}\\nab\n",
    in("APPENDLIMIT LITERAL+") +
        "1> s STATUS x (APPENDLIMIT)\n1< * STATUS x (APPENDLIMIT NIL)\n1< s OK x\n1> a APPEND x "
        "{3+}\\nabc\n",
    in("APPENDLIMIT LITERAL+") + "1> a APPEND x {3+}\\nabc\n",
    in("APPENDLIMIT LITERAL+") +
        "1> s STATUS x (APPENDLIMIT)\n1< * STATUS x (APPENDLIMIT 9)\n1< s OK x\n1> a APPEND y "
        "{3}\n1< + go\n1> abc\n",
    // Long literals are no long lines.
    in() + "1> a APPEND x {9000+}\\n" + std::string(9000, 'x') + "\n",
    // Leaving: with LOGOUT, after BYE, or by the server's doing.
    selected() + "1> a LOGOUT\n1< * BYE x\n1< a OK x\n1= client closed\n",
    selected() + "1> a LOGOUT\n~5000\n1= client closed\n",                    // it has waited
    selected() + "1> a FETCH 1 UID\n~8000\n1> b LOGOUT\n1= client closed\n",  // before
    selected() + "1> a LOGOUT\n1< * BYE x\n1= client closed\n",
    selected() + "1> a LOGOUT\n1= server closed\n",
    selected() + "1< * BYE going down\n1= client closed\n",
    selected() + "1= server closed\n",
    selected() + "1= log ended\n",
    // POP3.
    drop + "5> STAT\n5< +OK 2 9\n5> RETR 2\n5< +OK\\nx\\n.\n5> DELE 2\n5< +OK\n5> QUIT\n5< +OK\n5= client closed\n",
    drop +
        "5> UIDL\n5< +OK\\n1 a\\n4 b\\n.\n5> RETR 4\n5< +OK\\nx\\n.\n5> DELE 4\n5< +OK\n5> RSET\n5< +OK\n5> RETR 4\n5< "
        "+OK\\nx\\n.\n5> QUIT\n",
    drop + "5> RETR 7\n5< -ERR none\n5> RETR 1\n5< +OK\\nx\\n.\n5> DELE 1\n5< +OK\n5> QUIT\n",
    "5< +OK hi\n5> CAPA\n5< +OK\\nPIPELINING\\nUIDL\\n.\n5> USER u\\nPASS p w\\nUIDL\\nSTAT\n",
    "5< +OK hi\n5> USER u\\nPASS p\n",  // nobody told what there is
    "5< +OK hi\n5> CAPA\n5< +OK\\nSTLS\\nUSER\\n.\n5> STLS\n5< +OK\n5! TLS\n5> CAPA\n5< +OK\\nUSER\\n.\n5> USER u\n5< "
    "+OK\n5> PASS p\n",
    "5< +OK hi\n5! TLS\n5> USER u\n5< -ERR no\n5> USER v\n5< +OK\n5> PASS  p w \n",
    "5< +OK hi\n5> AUTH PLAIN\n5< + \n5> AGEAYg==\n5< +OK\n5> STAT\n5< +OK 0 0\n5= client closed\n",
    drop + "5= client closed\n",
    "5< +OK hi\n5> CAPA\n5< +OK\\nUTF8 USER\\n.\n5> UTF8\n5< +OK\n5> USER \xC3\xA4\n",
    "5< +OK hi\n5> UTF8\n5< -ERR\n5> STLS\n",
    // UTF-8 as it was agreed upon, and where it never was.
    in("ENABLE UTF8=ONLY LITERAL+") + utf8 + "1> a CREATE \"\xC3\xA4\"\n1< a OK x\n1> b SELECT \"\xC3\xA4\"\n",
    in("ENABLE UTF8=ACCEPT LITERAL+") + utf8 + "1> a APPEND x UTF8 (~{9+}\\nS: \xC3\xA4\\n\\n)\n",
    in("ENABLE LITERAL+") + "1> a APPEND x {9+}\\nS: \xC3\xA4\\n\\n\n",
    "5< +OK hi\n5> AUTH\n5< -ERR x\n5> QUIT\n",
};

}  // namespace

TEST(ClientCheckers, EachRuleRejectsItsBreach) {
  for (auto const& [rule, dialogue] : rejected)
    EXPECT_TRUE(said_of_client(dialogue).contains(rule)) << rule << "\n" << dialogue;
}

TEST(ClientCheckers, NoMoreIsSaidThanThatRule) {
  // A breach has one name; kin that follow from it are told once.
  for (auto const& [rule, dialogue] : rejected)
    for (auto const& also : said_of_client(dialogue)) {
      bool const first_of_poll = rule == "client-mailboxes.poll" && also == "client-mailboxes.status";
      if (!first_of_poll) {
        EXPECT_EQ(also, rule) << dialogue;
      }
    }
}

TEST(ClientCheckers, CorrectClientsAreNotAccused) {
  for (auto const& dialogue : accepted)
    for (auto const& rule : said_of_client(dialogue)) ADD_FAILURE() << rule << " in\n" << dialogue;
}

TEST(ClientCheckers, EveryRuleHasARejection) {
  std::set<std::string> tried;
  for (auto const& b : rejected) tried.insert(b.rule);
  for (auto const* kind : checkers_of_clients()) {
    EXPECT_TRUE(kind->name.starts_with("client-")) << kind->name;
    for (auto const& rule : kind->rules)
      EXPECT_TRUE(tried.contains(std::string(kind->name) + "." + std::string(rule.name)))
          << kind->name << "." << rule.name;
  }
}

TEST(ClientCheckers, AreMuteWhereTheRecordLacksWhatTheyBuildOn) {
  // What was said or in which order is not known.
  for (auto const* what : {"commands", "responses", "order"})
    for (auto const& [rule, dialogue] : rejected)
      for (auto const& heard : said_of_client(dialogue, std::string("1 0 ") + what + "; 5 0 " + what))
        ADD_FAILURE() << heard << " without " << what << " in\n" << dialogue;
  // Without its beginning a session has an unknown past, and its tags are its own all the same.
  auto const broken = selected() + "1> a FETCH 9 FLAGS\n1> a IDLE\n";
  EXPECT_EQ(said_of_client(broken, "1 0 beginning"), (std::set<std::string>{"client-tags.in-progress"}));
}

TEST(ClientCheckers, ServersAreNotJudgedByThemNorClientsByOthers) {
  for (auto const* kind : base::registry<checker_kind>::all()) EXPECT_FALSE(kind->name.starts_with("client-"));
  EXPECT_EQ(checkers_of_both_sides().size(), base::registry<checker_kind>::all().size() + checkers_of_clients().size());
}

TEST(ClientCheckers, TlsThatEndsAtTheProxyIsTls) {
  for (auto const& end : {std::string(), std::string(client_has_tls)}) {
    judge j(checkers_of_clients(), nullptr);
    auto const take = [&](history::event_kind kind, std::string_view octets) {
      j.take({{}, 1, kind, history::protocol::imap, octets});
    };
    take(history::event_kind::opened, "u1 host:143" + end);
    take(history::event_kind::received, "* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n");
    take(history::event_kind::sent, "a LOGIN u p\r\n");
    EXPECT_EQ(j.findings().empty(), !end.empty());
  }
}

TEST(ClientCheckers, AFindingShowsWhatTheClientSent) {
  judge j(checkers_of_clients(), nullptr);
  hear(j, selected() + "1> a STATUS inbox (MESSAGES)\n");
  ASSERT_EQ(j.findings().size(), 1u);
  EXPECT_EQ(j.findings()[0].octets, "a STATUS inbox (MESSAGES)\r\n");
  EXPECT_EQ(j.findings()[0].text, "STATUS asks for INBOX, which is the selected mailbox");
}

}  // namespace mailrig::check::client_checkers_test
