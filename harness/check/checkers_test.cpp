// Each rule of each checker on tiny histories: one that breaks it, one that does not.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/rng.hpp"
#include "check/tiny_history.hpp"

namespace mailrig::check::checkers_test {
namespace {

using history::event_kind;
using history::protocol;

/// A message with the digest of the body "x", and the body that is given.
std::string digested(std::string_view body) {
  return fmt::format("X-Mailrig-Digest: {:016x}\\n\\n{}\\n", base::digest64("\r\nx\r\n"), body);
}
std::string const modseqs = all5 +
                            "1> q FETCH 1 (UID FLAGS MODSEQ)\n1< * OK [HIGHESTMODSEQ 9] h\n1< * 1 FETCH (UID 5 FLAGS "
                            "() MODSEQ (9))\n1< q OK x\n";
/// A fourth message that the client appended itself.
std::string const known =
    select +
    "1> a APPEND INBOX \"05-Jan-2026 10:00:00 +0000\" {10+}\\nX: 1\\n\\nhi\n1< * 4 EXISTS\n1< a OK [APPENDUID 7 20] x\n"
    "1> b FETCH 4 UID\n1< * 4 FETCH (UID 20)\n1< b OK x\n";

std::string select_again(std::string const& uidvalidity) {
  return "1> t SELECT INBOX\n1< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n1< * 3 EXISTS\n1< * 0 "
         "RECENT\n1< * OK [UIDVALIDITY " +
         uidvalidity + "] v\n1< * OK [UIDNEXT 20] n\n1< t OK [READ-WRITE] done\n";
}

std::string repeated(int times, std::string_view what) {
  std::string out;
  for (int n = 0; n < times; ++n) out += what;
  return out;
}

/// Pairs of an ID response.
std::string many(int pairs) {
  std::string out;
  for (int n = 0; n < pairs; ++n) out += " \"f" + std::to_string(n) + "\" NIL";
  return out;
}

breach_table const general{
    {"grammar.syntax", select + "1> a NOOP\n1< * 1 FETCH (FLAGS (\\Seen)\n1< a OK x\n"},
    {"grammar.unread", select + "1> a FETCH 1 (XDEEP)\n1< * 1 FETCH (XDEEP " + std::string(200, '(') +
                           std::string(200, ')') + ")\n1< a OK x\n"},
    {"grammar.greeting", "1< * NO hi\n"},
    {"grammar.status", "1< * OK caf\xC3\xA9\n"},
    {"grammar.continuation", "1< * OK hi\n1> a AUTHENTICATE PLAIN\n1< +\n"},
    {"grammar.code", select + "1> a NOOP\n1< a OK [UIDNEXT 0] x\n"},
    {"grammar.search", select + "1> a SEARCH ALL\n1< * SEARCH 1 \n1< a OK x\n"},
    {"grammar.mailbox-list", select + "1> a LIST \"\" *\n1< * LIST () / x\n1< a OK x\n"},
    {"grammar.mutf7", select + "1> a LIST \"\" *\n1< * LIST () \"/\" &AGE-\n1< a OK x\n"},
    {"grammar.date-time",
     select + "1> a FETCH 1 INTERNALDATE\n1< * 1 FETCH (INTERNALDATE \"1-Jan-2026 00:00:00 +0000\")\n1< a OK x\n"},
    {"grammar.envelope", select + "1> a FETCH 1 ENVELOPE\n1< * 1 FETCH (ENVELOPE (NIL))\n1< a OK x\n"},
    {"grammar.bodystructure",
     select + "1> a FETCH 1 BODY\n1< * 1 FETCH (BODY (\"TEXT\" \"PLAIN\" NIL NIL NIL NIL 1 1))\n1< a OK x\n"},
    {"structure_fields.more",
     select + "1> a FETCH 1 BODYSTRUCTURE\n1< * 1 FETCH (BODYSTRUCTURE (\"TEXT\" \"PLAIN\" NIL NIL NIL "
              "\"7BIT\" 1 1 NIL NIL NIL NIL 42))\n1< a OK x\n"},
    {"grammar.flags", select + "1> a FETCH 1 FLAGS\n1< * 1 FETCH (FLAGS (\\Seen ))\n1< a OK x\n"},
    {"grammar.pop3-status", "5< OK hi\n"},
    {"grammar.pop3-case", "5< +ok hi\n"},
    {"grammar.pop3-line", drop + "5> LIST\n5< +OK\\n1 9\r\\n.\n"},
    {"grammar.pop3-stuffing", drop + "5> RETR 1\n5< +OK\\n.x\\n.\n"},
    {"grammar.pop3-line", "5< +OK " + std::string(520, 'x') + "\n"},
    {"tags.unknown", select + "1> a NOOP\n1< b OK x\n"},
    {"tags.unknown", select + "1> a NOOP\n1< a OK x\n1< a OK x\n"},
    {"tags.unknown", "1< * OK hi\n1> a STARTTLS\\nb NOOP\n1< a OK begin\n1! TLS\n1> c NOOP\n1< b OK x\\nc OK x\n"},
    {"tags.unanswered", select + "1> a NOOP\n1= silence\n"},
    {"tags.continuation", select + "1> a NOOP\n1< + go on\n1< a OK x\n"},
    {"tags.pop3-unasked", drop + "5< +OK again\n"},
    {"tags.pop3-unasked", "5< +OK hi\n5> STLS\\nUSER u\n5< +OK begin\n5! TLS\n5< +OK\n"},
    {"tags.pop3-unanswered", drop + "5> STAT\n5= silence\n"},
    {"seqmap.exists-shrinks", select + "1> a NOOP\n1< * 2 EXISTS\n1< a OK x\n"},
    {"seqmap.expunge-range", select + "1> a NOOP\n1< * 4 EXPUNGE\n1< a OK x\n"},
    {"seqmap.expunge-unasked", select + "1< * 1 EXPUNGE\n"},
    {"seqmap.expunge-unasked", select + "1> a APPEND INBOX {3}\n1< * 1 EXPUNGE\n"},
    {"seqmap.expunge-forbidden", select + "1> a FETCH 1 FLAGS\n1< * 1 EXPUNGE\n1< a OK x\n"},
    {"seqmap.fetch-range", select + "1> a NOOP\n1< * 4 FETCH (FLAGS ())\n1< a OK x\n"},
    {"seqmap.recent-range", select + "1> a NOOP\n1< * 4 RECENT\n1< a OK x\n"},
    {"seqmap.search-range", select + "1> a SEARCH ALL\n1< * SEARCH 4\n1< a OK x\n"},
    {"seqmap.search-twice", select + "1> a SEARCH ALL\n1< * SEARCH 1 1\n1< a OK x\n"},
    {"uid_order.order", select + "1> a FETCH 1:2 UID\n1< * 1 FETCH (UID 5)\n1< * 2 FETCH (UID 5)\n1< a OK x\n"},
    {"uid_order.changes", select + "1> a FETCH 1 UID\n1< * 1 FETCH (UID 5)\n1< * 1 FETCH (UID 6)\n1< a OK x\n"},
    {"uid_order.uidnext-falls", select + "1> a NOOP\n1< * OK [UIDNEXT 19] x\n1< a OK x\n"},
    {"uid_order.uidnext-low", select + "1> a FETCH 3 UID\n1< * 3 FETCH (UID 20)\n1< a OK x\n"},
    {"uid_order.uidnext-passed",
     select + "1> a NOOP\n1< * 4 EXISTS\n1< a OK x\n1> b FETCH 4 UID\n1< * 4 FETCH (UID 19)\n1< b OK x\n"},
    {"uid_identity.changes",
     select + "1> a FETCH 1 RFC822.SIZE\n1< * 1 FETCH (RFC822.SIZE 5)\n1< * 1 FETCH (RFC822.SIZE 6)\n1< a OK x\n"},
    {"uid_identity.differs", select + second +
                                 "1> a UID FETCH 5 BODY[]\n1< * 1 FETCH (UID 5 BODY[] \"a\")\n1< a OK x\n2> a UID "
                                 "FETCH 5 BODY[]\n2< * 1 FETCH (UID 5 BODY[] \"b\")\n2< a OK x\n"},
    {"uidvalidity.missing",
     "1< * OK hi\n1> l LOGIN u p\n1< l OK in\n1> s SELECT INBOX\n1< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen "
     "\\Draft)\n1< * 0 EXISTS\n1< * 0 RECENT\n1< s OK done\n"},
    {"uidvalidity.differs", select + "1> a STATUS INBOX (UIDVALIDITY)\n1< * STATUS INBOX (UIDVALIDITY 6)\n1< a OK x\n"},
    {"uidvalidity.differs", select + "1> a APPEND INBOX {1+}\\nx\n1< a OK [APPENDUID 8 20] x\n" + select_again("7")},
    {"uidvalidity.falls", select + select_again("6")},
    {"uidvalidity.unstable", select + select_again("8")},
    {"uidvalidity.unstable",
     select + "1> a STATUS INBOX (UIDVALIDITY)\n1< * STATUS INBOX (UIDVALIDITY 8)\n1< a OK x\n" + select_again("8")},
    {"flags.unannounced", select + "1> a FETCH 1 FLAGS\n1< * 1 FETCH (FLAGS ($Work))\n1< a OK x\n"},
    {"flags.system", select + "1> a NOOP\n1< * FLAGS (\\Seen)\n1< a OK x\n"},
    {"flags.made-up", select + "1> a FETCH 1 FLAGS\n1< * 1 FETCH (FLAGS (\\Starred))\n1< a OK x\n"},
    {"flags.twice", select + "1> a FETCH 1 FLAGS\n1< * 1 FETCH (FLAGS (\\Seen \\seen))\n1< a OK x\n"},
    {"flags.recent-place", select + "1> a NOOP\n1< * OK [PERMANENTFLAGS (\\Recent)] x\n1< a OK x\n"},
    {"flags.recent-lost", select + "1> a FETCH 1 FLAGS\n1< * 1 FETCH (FLAGS (\\Recent))\n1< a OK x\n1> b STORE 1 "
                                   "+FLAGS (\\Seen)\n1< * 1 FETCH (FLAGS (\\Seen))\n1< b OK x\n"},
    {"flags.recent-again", select + "1> a FETCH 1 (UID FLAGS)\n1< * 1 FETCH (UID 5 FLAGS (\\Recent))\n1< a OK x\n" +
                               second + "2> a FETCH 1 (UID FLAGS)\n2< * 1 FETCH (UID 5 FLAGS (\\Recent))\n2< a OK x\n"},
    {"fetch_items.missing",
     select + "1> a FETCH 1:3 FLAGS\n1< * 1 FETCH (FLAGS ())\n1< * 3 FETCH (FLAGS ())\n1< a OK x\n"},
    {"fetch_items.uid", select + "1> b FETCH 1 UID\n1< * 1 FETCH (UID 5)\n1< b OK x\n1> a UID FETCH 5 FLAGS\n1< * 1 "
                                 "FETCH (FLAGS ())\n1< a OK x\n"},
    {"fetch_items.uid", all5 + "1> a UID STORE 5 +FLAGS (\\Seen)\n1< * 1 FETCH (FLAGS (\\Seen))\n1< a OK x\n"},
    {"fetch_items.unnamed",
     all5 + "1> a FETCH 1,3 ENVELOPE\n1< * 2 FETCH (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))\n"
            "1< a NO x\n"},
    {"fetch_items.store-echo",
     select + "1> b FETCH 1 FLAGS\n1< * 1 FETCH (FLAGS ())\n1< b OK x\n1> a STORE 1 +FLAGS (\\Seen)\n1< a OK x\n"},
    {"sizes.size",
     select + "1> a FETCH 1 (RFC822.SIZE BODY[])\n1< * 1 FETCH (RFC822.SIZE 5 BODY[] \"four\")\n1< a OK x\n"},
    {"sizes.parts", select + "1> a FETCH 1 (BODY[] BODY[HEADER] BODY[TEXT])\n1< * 1 FETCH (BODY[] \"abcd\" "
                             "BODY[HEADER] \"ab\" BODY[TEXT] \"c\")\n1< a OK x\n"},
    {"sizes.section", select + "1> a FETCH 1 BODY[1]\n1< * 1 FETCH (BODY[2] \"a\")\n1< a OK x\n"},
    {"sizes.partial", select + "1> a FETCH 1 BODY[]<0.2>\n1< * 1 FETCH (BODY[]<0> \"abc\")\n1< a OK x\n"},
    {"capability.imap4rev1", "1< * OK [CAPABILITY IDLE] hi\n"},
    {"capability.untold", select + "1> a CAPABILITY\n1< a OK x\n"},
    {"capability.logindisabled", "1< * OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\n1> a LOGIN u p\n1< a OK in\n"},
    {"capability.starttls", "1< * OK hi\n1! TLS\n1> a CAPABILITY\n1< * CAPABILITY IMAP4rev1 STARTTLS\n1< a OK x\n"},
    {"capability.literal", "1< * OK [CAPABILITY IMAP4rev1 LITERAL+ LITERAL-] hi\n"},
    {"capability.untrue",
     select + "1> c CAPABILITY\n1< * CAPABILITY IMAP4rev1 UNSELECT\n1< c OK x\n1> a UNSELECT\n1< a BAD what\n"},
    {"capability.pop3-form", drop + "5> CAPA\n5< +OK\\nTOP \\n.\n"},
    {"capability.pop3-stls", "5< +OK hi\n5! TLS\n5> CAPA\n5< +OK\\nSTLS\\n.\n"},
    {"state.mailbox-data", "1< * OK hi\n1> l LOGIN u p\n1< * 3 EXISTS\n1< l OK in\n"},
    {"state.search-unasked", select + "1> a NOOP\n1< * SEARCH 1\n1< a OK x\n"},
    {"state.list-unasked", select + "1> a NOOP\n1< * LSUB () \"/\" x\n1< a OK x\n"},
    {"state.status-unasked", select + "1> a NOOP\n1< * STATUS x (MESSAGES 1)\n1< a OK x\n"},
    {"state.select-data",
     "1< * OK hi\n1> l LOGIN u p\n1< l OK in\n1> s SELECT INBOX\n1< * 0 EXISTS\n1< * OK [UIDVALIDITY 7] v\n1< s OK "
     "done\n"},
    {"state.examine-code",
     "1< * OK hi\n1> l LOGIN u p\n1< l OK in\n1> s EXAMINE INBOX\n1< * OK [UIDVALIDITY 7] v\n1< s OK done\n"},
    {"state.login-unproven", "1< * OK hi\n1> a AUTHENTICATE X-NONE\n1< a OK in\n"},
    {"state.login-again", select + "1> a LOGIN u p\n1< a OK in\n"},
    {"state.logout-bye", select + "1> a LOGOUT\n1< a OK bye\n"},
    {"state.idle-over", select + "1> a IDLE\n1< + idling\n1< * 4 EXISTS\n1< a OK x\n"},
    {"state.in-the-clear", "1< * OK hi\n1> a STARTTLS\n1< a OK begin\n1< * OK hello\n"},
    {"state.no-bye", select + "1= server closed\n"},
    {"mail_life.move-stays", all5 + "1> a MOVE 1 x\n1< a OK done\n"},
    {"copyuid.left-out", all5 + "1> a COPY 1:2 x\n1< a OK [COPYUID 9 5 1] x\n"},
    {"copyuid.left-out", all5 + "1> a MOVE 1:2 x\n1< * OK [COPYUID 9 5 1] x\n1< * 1 EXPUNGE\n1< a OK x\n"},
    {"copyuid.untold", all5 + "1> c CAPABILITY\n1< * CAPABILITY IMAP4rev1 MOVE UIDPLUS\n1< c OK x\n1> a UID MOVE 5 x\n"
                              "1< * 1 EXPUNGE\n1< a OK x\n"},
    {"copyuid.pairs", select + "1> a COPY 1:2 x\n1< a OK [COPYUID 9 1:2 5] x\n"},
    {"copyuid.append-set", select + "1> a APPEND x {1+}\\nx\n1< a OK [APPENDUID 9 5:5] x\n"},
    {"copyuid.falls", select + "1> a COPY 1:2 x\n1< a OK [COPYUID 9 1:2 6,5] x\n"},
    {"copyuid.reused",
     select + "1> a APPEND x {1+}\\nx\n1< a OK [APPENDUID 9 5] x\n1> b APPEND x {1+}\\ny\n1< b OK [APPENDUID 9 5] x\n"},
    {"maildrop.snapshot", drop + "5> STAT\n5< +OK 1 9\n5> STAT\n5< +OK 2 9\n"},
    {"maildrop.deleted", drop + "5> DELE 1\n5< +OK\n5> RETR 1\n5< +OK\\nx\\n.\n"},
    {"maildrop.stat-form", drop + "5> STAT\n5< +OK one\n"},
    {"maildrop.stat-sum", drop + "5> LIST\n5< +OK\\n1 5\\n.\n5> STAT\n5< +OK 1 6\n"},
    {"maildrop.list-form", drop + "5> LIST\n5< +OK\\n1  5\\n.\n"},
    {"maildrop.size-changes", drop + "5> LIST 1\n5< +OK 1 5\n5> LIST 1\n5< +OK 1 6\n"},
    {"maildrop.uidl-form", drop + "5> UIDL\n5< +OK\\n1 a b\\n.\n"},
    {"maildrop.id-changes", drop + "5> UIDL 1\n5< +OK 1 a\n5> UIDL 1\n5< +OK 1 b\n"},
    {"maildrop.id-twice", drop + "5> UIDL\n5< +OK\\n1 a\\n2 a\\n.\n5> LIST\n5< +OK\\n1 4\\n2 5\\n.\n"},
    {"maildrop.octets", drop + "5> LIST\n5< +OK\\n1 9\\n.\n5> RETR 1\n5< +OK\\nx\\n.\n"},
    {"maildrop.text-changes", drop + "5> RETR 1\n5< +OK\\nx\\n.\n5> RETR 1\n5< +OK\\ny\\n.\n"},
    {"pop_lock.two-holders", drop + "6< +OK <2@h> hi\n6> USER u\n6< +OK\n6> PASS p\n6< +OK in\n"},
    {"pop_lock.timestamp", drop + "6< +OK <1@h> hi\n"},
    {"counts.recent", select + "1> a FETCH 1:3 FLAGS\n1< * 1 FETCH (FLAGS (\\Recent))\n1< * 2 FETCH (FLAGS ())\n1< * 3 "
                               "FETCH (FLAGS ())\n1< a OK x\n"},
    {"codes.trycreate", select + "1> a STATUS x (MESSAGES)\n1< a NO [TRYCREATE] x\n"},
    {"codes.failure", select + "1> a CREATE x\n1< a OK [ALREADYEXISTS] x\n"},
    {"codes.uidplus", select + "1> a NOOP\n1< a OK [APPENDUID 7 8] x\n"},
    {"codes.serverbug", select + "1> a NOOP\n1< a NO [SERVERBUG] x\n"},
    {"extension.unasked", select + "1> a FETCH 1 FLAGS\n1< * 1 FETCH (FLAGS () MODSEQ (5))\n1< a OK x\n"},
    {"extension.unasked", select + "1> a NOOP\n1< * QUOTA \"\" (STORAGE 1 2)\n1< a OK x\n"},
    {"extension.unasked", select + "1> a GETQUOTA \"\"\n1< * ID NIL\n1< a OK x\n"},
    {"extension.enabled", select + "1> a ENABLE X\n1< * ENABLED Y\n1< a OK x\n"},
    {"extension.enabled-before",
     select + "1> a ENABLE X\n1< * ENABLED X\n1< a OK x\n1> b ENABLE Y\n1< * ENABLED X Y\n1< b OK x\n"},
    {"extension.not-listed",
     select +
         "1> c CAPABILITY\n1< * CAPABILITY IMAP4rev1 ENABLE CONDSTORE\n1< c OK x\n1> a ENABLE CONDSTORE\n1< a OK x\n"},
    {"id.pairs", select + "1> a ID NIL\n1< * ID (\"a\" NIL" + many(31) + ")\n1< a OK x\n"},
    {"id.name", select + "1> a ID NIL\n1< * ID (\"" + std::string(31, 'x') + "\" NIL)\n1< a OK x\n"},
    {"id.value", select + "1> a ID NIL\n1< * ID (\"a\" \"" + std::string(1025, 'x') + "\")\n1< a OK x\n"},
    {"id.unasked", select + "1> a ID NIL\n1< a OK x\n1< * ID NIL\n"},
    {"id.twice", select + "1> a ID NIL\n1< * ID (\"a\" NIL \"A\" NIL)\n1< a OK x\n"},
    {"listing.marks", select + "1> a LIST \"\" x\n1< * LIST (\\Marked \\Noselect) \"/\" x\n1< a OK x\n"},
    {"listing.children", select + "1> a LIST \"\" x\n1< * LIST (\\HasChildren \\HasNoChildren) \"/\" x\n1< a OK x\n"},
    {"listing.delimiter", select + "1> a LIST \"\" *\n1< * LIST () \"/\" x\n1< * LIST () \".\" x\n1< a OK x\n"},
    {"capability.changes", select + "1> a CAPABILITY\n1< * CAPABILITY IMAP4rev1 IDLE\n1< a OK x\n1> b CAPABILITY\n1< * "
                                    "CAPABILITY IMAP4rev1\n1< b OK x\n"},
    {"pop3_codes.timestamp", "5< +OK hi <no-at-sign>\n"},
    {"challenge.imap", "1< * OK hi\n1> a AUTHENTICATE PLAIN\n1< + go on\n"},
    {"challenge.pop3", "5< +OK hi\n5> AUTH PLAIN\n5< + go on\n"},
    {"pop3_codes.form", "5< +OK hi\n5> CAPA\n5< +OK\\nRESP-CODES\\n.\n5> PASS p\n5< -ERR [AUTH/] x\n"},
    {"pop3_codes.form", "5< +OK hi\n5> CAPA\n5< +OK\\nRESP-CODES\\n.\n5> USER u\n5< +OK [open x\n"},
    {"pop3_codes.unannounced", "5< +OK hi\n5> CAPA\n5< +OK\\nTOP\\n.\n5> PASS u\n5< -ERR [AUTH] x\n"},
    {"pop3_codes.with-ok", "5< +OK hi\n5> USER u\n5< +OK [AUTH] x\n"},
    {"pop3_codes.place", drop + "5> DELE 1\n5< -ERR [IN-USE] x\n"},
    {"pop3_codes.user-leak", "5< +OK hi\n5> USER u\n5< -ERR [AUTH] x\n"},
    {"pop3_codes.user-delay", "5< +OK hi\n5> USER u\n5< -ERR [LOGIN-DELAY] x\n"},
    {"pop3_codes.system", drop + "5> DELE 1\n5< -ERR [SYS/ODD] x\n"},
    {"pop3_codes.capability", "5< +OK hi\n5> CAPA\n5< +OK\\nX " + std::string(520, 'x') + "\\n.\n"},
    {"pop3_codes.parameters", "5< +OK hi\n5> CAPA\n5< +OK\\nEXPIRE soon\\n.\n"},
    {"pop3_codes.withdrawn",
     "5< +OK hi\n5> CAPA\n5< +OK\\nTOP\\nUIDL\\n.\n5> USER u\n5< +OK\n5> PASS p\n5< +OK\n5> "
     "CAPA\n5< +OK\\nTOP\\n.\n"},
    {"content.octets", known + "1> c FETCH 4 BODY.PEEK[]\n1< * 4 FETCH (UID 20 BODY[] {6}\\nX: 2\\n)\n1< c OK x\n"},
    {"content.copied",
     known + "1> c COPY 4 x\n1< c OK [COPYUID 9 20 1] x\n1> s SELECT x\n1< * FLAGS (\\Answered \\Flagged \\Deleted "
             "\\Seen \\Draft)\n1< * 1 EXISTS\n1< * 0 RECENT\n1< * OK [UIDVALIDITY 9] v\n1< * OK [UIDNEXT 2] n\n1< s OK "
             "[READ-WRITE] x\n1> d FETCH 1 (UID RFC822.SIZE)\n1< * 1 FETCH (UID 1 RFC822.SIZE 9)\n1< d OK x\n"},
    {"content.octets", select + "1> a FETCH 1 (UID BODY.PEEK[])\n1< * 1 FETCH (UID 5 BODY[] \"hi\")\n1< a OK x\n"
                                "1> b FETCH 1 (UID BODY.PEEK[])\n1< * 1 FETCH (UID 5 BODY[] \"ho\")\n1< b OK x\n"},
    {"content.section", known + "1> c FETCH 4 BODY.PEEK[TEXT]\n1< * 4 FETCH (UID 20 BODY[TEXT] \"hy\")\n1< c OK x\n"},
    {"content.size", known + "1> c FETCH 4 RFC822.SIZE\n1< * 4 FETCH (UID 20 RFC822.SIZE 9)\n1< c OK x\n"},
    {"content.date",
     known +
         "1> c FETCH 4 INTERNALDATE\n1< * 4 FETCH (UID 20 INTERNALDATE \"05-Jan-2026 10:00:01 +0000\")\n1< c OK x\n"},
    {"content.envelope", known +
                             "1> c FETCH 4 ENVELOPE\n1< * 4 FETCH (UID 20 ENVELOPE (NIL \"s\" NIL NIL NIL NIL NIL NIL "
                             "NIL NIL))\n1< c OK x\n"},
    {"content.structure", known +
                              "1> c FETCH 4 BODY\n1< * 4 FETCH (UID 20 BODY (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" "
                              "3 0))\n1< c OK x\n"},
    {"search.extra", known + "1> c SEARCH BODY absent\n1< * SEARCH 4\n1< c OK x\n"},
    {"search.missing", known + "1> c SEARCH BODY hi\n1< * SEARCH\n1< c OK x\n"},
    {"flag_truth.outlasted", all5 +
                                 "1> p NOOP\n1< * OK [PERMANENTFLAGS (\\Seen)] p\n1< p OK x\n1> a STORE 1 +FLAGS "
                                 "(\\Flagged)\n1< * 1 FETCH (FLAGS (\\Flagged))\n1< a OK x\n" +
                                 second +
                                 "2> a FETCH 1 (UID FLAGS)\n2< * 1 FETCH (UID 5 FLAGS (\\Flagged))\n2< a OK x\n"},
    {"flag_truth.impossible", all5 + "1> a STORE 1 +FLAGS (\\Flagged)\n1< * 1 FETCH (FLAGS (\\Flagged))\n1< a OK x\n" +
                                  second + "2> a FETCH 1 (UID FLAGS)\n2< * 1 FETCH (UID 5 FLAGS ())\n2< a OK x\n"},
    {"flag_truth.impossible", all5 +
                                  "1> a STORE 1 +FLAGS (\\Flagged)\n1< * 1 FETCH (FLAGS (\\Flagged))\n1< a OK x\n1> b "
                                  "STORE 1 -FLAGS (\\Flagged)\n1< "
                                  "* 1 FETCH (FLAGS ())\n1< b OK x\n" +
                                  second +
                                  "2> a FETCH 1 (UID FLAGS)\n2< * 1 FETCH (UID 5 FLAGS (\\Flagged))\n2< a OK x\n"},
    {"flag_truth.impossible",
     all5 + repeated(80, "1> a STORE 1:* -FLAGS.SILENT (\\Seen)\n1< a OK x\n") +
         "1> b FETCH 1:2 BODY[HEADER]\n1< * 1 FETCH (FLAGS (\\Seen) BODY[HEADER] \"x\")\n1< b OK x\n"
         "1> c FETCH 2 FLAGS\n1< * 2 FETCH (FLAGS ())\n1< c OK x\n"},
    {"flag_truth.untold", all5 + second +
                              "2> a FETCH 1 (UID FLAGS)\n2< * 1 FETCH (UID 5 FLAGS ())\n2< a OK x\n1> a STORE 1 +FLAGS "
                              "(\\Flagged)\n1< * 1 FETCH (FLAGS (\\Flagged))\n1< a OK x\n2> b NOOP\n2< b OK x\n"},
    {"search.missing", all5 +
                           "1> a STORE 1 +FLAGS (\\Flagged)\n1< * 1 FETCH (FLAGS (\\Flagged))\n1< a OK x\n1> b SEARCH "
                           "FLAGGED\n1< * SEARCH\n1< b OK x\n"},
    {"mail_life.vanished", all5 + "1> a NOOP\n1< * 2 EXPUNGE\n1< a OK x\n"},
    {"mail_life.lost",
     all5 + "2< * OK hi\n2> l LOGIN u p\n2< l OK in\n2> s EXAMINE INBOX\n2< * FLAGS (\\Answered \\Flagged "
            "\\Deleted \\Seen \\Draft)\n2< * 2 EXISTS\n2< * 0 RECENT\n2< * OK [UIDVALIDITY 7] v\n2< * OK "
            "[UIDNEXT 20] n\n2< s OK [READ-ONLY] done\n2> a UID FETCH 1:* (FLAGS)\n2< * 1 FETCH (UID 5 FLAGS "
            "())\n2< * 2 FETCH (UID 6 FLAGS ())\n2< a OK x\n"},
    {"mail_life.returned",
     all5 +
         "1> a STORE 2 +FLAGS (\\Deleted)\n1< * 2 FETCH (FLAGS (\\Deleted))\n1< a OK x\n1> b EXPUNGE\n1< * "
         "2 EXPUNGE\n1< b OK x\n" +
         second + "2> a FETCH 2 (UID)\n2< * 2 FETCH (UID 6)\n2< a OK x\n"},
    {"mail_life.kept",
     all5 + second +
         "2> a FETCH 1:3 (UID)\n2< * 1 FETCH (UID 5)\n2< * 2 FETCH (UID 6)\n2< * 3 FETCH (UID 7)\n2< a OK "
         "x\n1> a STORE 2 +FLAGS (\\Deleted)\n1< * 2 FETCH (FLAGS (\\Deleted))\n1< a OK x\n1> b EXPUNGE\n1< * 2 "
         "EXPUNGE\n1< b OK x\n2> b NOOP\n2< b OK x\n"},
    {"mail_life.unannounced",
     all5 + second +
         "2> a FETCH 1:3 (UID)\n2< * 1 FETCH (UID 5)\n2< * 2 FETCH (UID 6)\n2< * 3 FETCH (UID 7)\n2< "
         "a OK x\n1> a APPEND INBOX {1+}\\nx\n1< * 4 EXISTS\n1< a OK [APPENDUID 7 20] x\n2> b "
         "NOOP\n2< b OK x\n"},
    {"mail_life.order", all5 +
                            "1> a APPEND INBOX {1+}\\nx\n1< * 4 EXISTS\n1< a OK [APPENDUID 7 20] x\n1> b APPEND INBOX "
                            "{1+}\\nx\n1< * 5 EXISTS\n1< b OK [APPENDUID 7 19] x\n"},
    {"mail_life.uidnext", select + "1> a APPEND INBOX {1+}\\nx\n1< * 4 EXISTS\n1< a OK [APPENDUID 7 19] x\n"},
    {"mail_life.count",
     all5 + "2< * OK hi\n2> l LOGIN u p\n2< l OK in\n2> a STATUS INBOX (MESSAGES UIDVALIDITY)\n2< * STATUS "
            "INBOX (MESSAGES 2 UIDVALIDITY 7)\n2< a OK x\n"},
    {"mail_life.multiplied",
     empty_box + "1> b APPEND new {1+}\\nx\n1< * 1 EXISTS\n1< b OK [APPENDUID 9 1] x\n1> c NOOP\n1< * 2 "
                 "EXISTS\n1< c OK x\n1> d FETCH 2 (UID)\n1< * 2 FETCH (UID 2)\n1< d OK x\n"},
    {"mailbox_names.created-twice", select + "1> a CREATE x\n1< a OK x\n1> b CREATE x\n1< b OK x\n"},
    {"mailbox_names.removed-twice", select + "1> a DELETE x\n1< a OK x\n1> b DELETE x\n1< b OK x\n"},
    {"mailbox_names.ghost",
     select + "1> a DELETE x\n1< a OK x\n1> b STATUS x (MESSAGES)\n1< * STATUS x (MESSAGES 1)\n1< b OK x\n"},
    {"mailbox_names.denied", select + "1> a CREATE x\n1< a OK x\n1> b STATUS x (MESSAGES)\n1< b NO [NONEXISTENT] x\n"},
    {"mailbox_names.listed",
     select + "1> a DELETE x1\n1< a OK x\n1> b LIST \"\" x*\n1< * LIST () \"/\" x1\n1< b OK x\n"},
    {"mailbox_names.unlisted", select + "1> a CREATE x1\n1< a OK x\n1> b LIST \"\" x*\n1< b OK x\n"},
    {"mailbox_names.subscription", select + "1> a SUBSCRIBE x1\n1< a OK x\n1> b LSUB \"\" x*\n1< b OK x\n"},
    {"mailbox_names.reference", select + "1> a SUBSCRIBE x/y\n1< a OK x\n1> l LIST \"\" \"\"\n1< * LIST (\\Noselect) "
                                         "\"/\" \"\"\n1< l OK x\n1> b LSUB \"x/\" *\n1< b OK x\n"},
    {"mailbox_names.unsubscribed",
     select + "1> a UNSUBSCRIBE x1\n1< a OK x\n1> b LSUB \"\" x*\n1< * LSUB () \"/\" x1\n1< b OK x\n"},
    {"pop_drop.lost",
     drop + "5> UIDL\n5< +OK\\n1 a\\n2 b\\n.\n5= client closed\n" + drop6 + "6> UIDL\n6< +OK\\n1 b\\n.\n"},
    {"pop_drop.kept", drop + "5> UIDL\n5< +OK\\n1 a\\n2 b\\n.\n5> DELE 1\n5< +OK\n5> QUIT\n5< +OK\n5= server closed\n" +
                          drop6 + "6> UIDL\n6< +OK\\n1 a\\n2 b\\n.\n"},
    {"pop_drop.another",
     drop + "5> UIDL\n5< +OK\\n1 a\\n.\n5> LIST\n5< +OK\\n1 9\\n.\n5> QUIT\n5< +OK\n5= server closed\n" + drop6 +
         "6> UIDL\n6< +OK\\n1 a\\n.\n6> LIST\n6< +OK\\n1 8\\n.\n"},
    {"pop_drop.locked", drop + "5> QUIT\n5< +OK\n5= server closed\n~2000\n6< +OK <2@h> hi\n6> USER u\n6< +OK\n6> PASS "
                               "p\n6< -ERR [IN-USE] no\n"},
    {"modseq.falls", modseqs + "1> b NOOP\n1< * 1 FETCH (UID 5 FLAGS ($a) MODSEQ (8))\n1< b OK x\n"},
    {"modseq.state", modseqs + "1> b NOOP\n1< * 1 FETCH (UID 5 FLAGS ($a) MODSEQ (9))\n1< b OK x\n"},
    {"modseq.highest",
     modseqs +
         "1> s SELECT INBOX (CONDSTORE)\n1< * 3 EXISTS\n1< * OK [UIDVALIDITY 7] v\n1< * OK [HIGHESTMODSEQ 8] h\n1< s "
         "OK [READ-WRITE] x\n1> n FETCH 1 (UID)\n1< * 1 FETCH (UID 5)\n1< n OK x\n"},
    {"modseq.unchangedsince", modseqs + "1> b STORE 1 (UNCHANGEDSINCE 5) FLAGS ($b)\n1< b OK x\n"},
    // Also where the STORE tells the new one before its OK, and where another has changed the very flag.
    {"modseq.unchangedsince", modseqs + "1> b STORE 1 (UNCHANGEDSINCE 5) FLAGS ($b)\n1< * 1 FETCH (MODSEQ (11) FLAGS "
                                        "($b))\n1< b OK x\n"},
    {"modseq.unchangedsince", modseqs + second +
                                  "2> c FETCH 1 (UID)\n2< * 1 FETCH (UID 5)\n2< c OK x\n2> d STORE 1 +FLAGS ($c)\n2< d "
                                  "OK x\n1> e FETCH 1 (FLAGS "
                                  "MODSEQ)\n1< * 1 FETCH (FLAGS ($c) MODSEQ (12))\n1< e OK x\n1> b STORE 1 "
                                  "(UNCHANGEDSINCE 9) -FLAGS ($c)\n1< b OK "
                                  "x\n"},
    {"extension.undefined", select + "1> a NOOP\n1< * 1 EXPUNGED\n1< a OK x\n"},
    {"extension.undefined", select + "1> a NOOP\n1< * XGREETINGS (hello there)\n1< a OK x\n"},
    {"extension.undefined", select + "1> a FETCH 1 FLAGS\n1< * 1 FETCH (FLAGS () X-MOOD (fine))\n1< a OK x\n"},
    {"extension.undefined", select + "1> a STATUS x (MESSAGES)\n1< * STATUS x (MESSAGES 1 MOOD 2)\n1< a OK x\n"},
    {"modseq.changedsince",
     modseqs +
         "1> s SELECT INBOX (CONDSTORE)\n1< * 3 EXISTS\n1< * OK [UIDVALIDITY 7] v\n1< s OK [READ-WRITE] x\n1> n "
         "FETCH 1:3 (UID)\n1< * 1 FETCH (UID 5)\n1< * 2 FETCH (UID 6)\n1< * 3 FETCH (UID 7)\n1< n OK x\n1> b FETCH "
         "1:* (FLAGS) (CHANGEDSINCE 5)\n1< b OK x\n"},
    {"leak.other",
     select + "1> a FETCH 1 BODY[]\n1< * 1 FETCH (BODY[] {24}\\nX-Mailrig-Owner: u2\\n\\nx)\n1< a OK x\n"},
    {"digest.imap", select + "1> a FETCH 1 BODY[]\n1< * 1 FETCH (BODY[] {41}\\n" + digested("y") + ")\n1< a OK x\n"},
    {"digest.pop3", drop + "5> RETR 1\n5< +OK\\n" + digested("y") + ".\n"},
    {"counts.unseen", select + "1> a NOOP\n1< * OK [UNSEEN 4] x\n1< a OK x\n"},
    {"counts.status-uidnext", select + "1> b FETCH 1 UID\n1< * 1 FETCH (UID 5)\n1< b OK x\n1> a STATUS INBOX "
                                       "(UIDNEXT)\n1< * STATUS INBOX (UIDNEXT 5)\n1< a OK x\n"},
    {"counts.status-sum", select + "1> a STATUS x (MESSAGES UNSEEN)\n1< * STATUS x (MESSAGES 1 UNSEEN 2)\n1< a OK x\n"},
};

/// Session 2 says this behind its SELECT, without waiting.
std::string behind_select(std::string const& line) {
  auto out = second;
  constexpr std::string_view asked = "SELECT INBOX\n";
  return out.insert(out.find(asked) + asked.size(), "2> b " + line + "\n");
}

std::string const clean[] = {
    all5 + behind_select("UID FETCH 1:* (BODY[] FLAGS)") +
        "2< * 1 FETCH (UID 5 FLAGS (\\Seen) BODY[] {1}\\nx)\n2< b OK x\n1> n NOOP\n1< * 1 FETCH (FLAGS (\\Seen))\n1< n "
        "OK x\n",
    all5 + behind_select("STORE 2 +FLAGS (\\Flagged)") +
        "2< * 2 FETCH (UID 6 FLAGS (\\Flagged))\n2< b OK x\n1> g FETCH 2 (FLAGS)\n1< * 2 FETCH (FLAGS (\\Flagged))\n1< "
        "g OK x\n",
    // A mailbox with inferiors is a name still when it is deleted.
    select +
        "1> a CREATE x\n1< a OK x\n1> b CREATE x/y\n1< b OK x\n1> c DELETE x\n1< c OK x\n1> d DELETE x/y\n1< d OK "
        "x\n1> e DELETE x\n1< e OK x\n",
    // CREATE makes superiors that are missing, RENAME takes inferiors along: a name may go, and come, twice.
    select +
        "1> a CREATE x/y\n1< a OK x\n1> b DELETE x/y\n1< b OK x\n1> c DELETE x\n1< c OK x\n1> d CREATE x/z\n1< d OK "
        "x\n1> e DELETE x/z\n1< e OK x\n1> f DELETE x\n1< f OK x\n",
    select +
        "1> a CREATE x/y\n1< a OK x\n1> b RENAME x z\n1< b OK x\n1> c CREATE x/y\n1< c OK x\n1> d DELETE z/y\n1< d OK "
        "x\n1> e DELETE z\n1< e OK x\n1> f RENAME x z\n1< f OK x\n1> g DELETE z/y\n1< g OK x\n",
    // What PERMANENTFLAGS said in another selection says nothing of one where it is not told.
    "1< * OK hi\n1> l LOGIN u p\n1< l OK in\n1> e EXAMINE INBOX\n1< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen "
    "\\Draft)\n1< * 3 EXISTS\n1< * 0 RECENT\n1< * OK [PERMANENTFLAGS ()] x\n1< * OK [UIDVALIDITY 7] v\n1< e OK "
    "[READ-ONLY] x\n" +
        all5.substr(all5.find("1> s SELECT")) +
        "1> a STORE 1 +FLAGS (\\Deleted)\n1< * 1 FETCH (FLAGS (\\Deleted))\n1< a OK x\n" + second +
        "2> f FETCH 1 (UID FLAGS)\n2< * 1 FETCH (UID 5 FLAGS (\\Deleted))\n2< f OK x\n",
    all5 +
        "1> c CAPABILITY\n1< * CAPABILITY IMAP4rev1 MOVE UIDPLUS\n1< c OK x\n1> a UID MOVE 5 x\n1< * 1 EXPUNGE\n"
        "1< a OK [COPYUID 9 5 1] x\n1> b UID MOVE 6 x\n1< * OK [COPYUID 9 6 2] x\n1< * 1 EXPUNGE\n1< b OK x\n"
        "1> d UID MOVE 99 x\n1< d OK x\n",
    select +
        "1> a NOOP\n1< * 2 EXPUNGE\n1< * 3 EXISTS\n1< a OK x\n1> b UID FETCH 1:* FLAGS\n1< * 1 EXPUNGE\n1< * 1 FETCH "
        "(UID 5 FLAGS ())\n1< b OK x\n",
    select +
        "1> a IDLE\n1< + idling\n1< * 1 EXPUNGE\n1< * 4 EXISTS\n1> DONE\n1< a OK x\n1> b LOGOUT\n1< * BYE x\n1< b OK "
        "x\n1= server closed\n",
    select + "1> a FETCH 1 FLAGS\n1> b NOOP\n1< * 1 FETCH (FLAGS ())\n1< a OK x\n1< * 1 EXPUNGE\n1< b OK x\n",
    select +
        "1> a APPEND INBOX {3}\n1< + go\n1> abc\n1< * 4 EXISTS\n1< a OK [APPENDUID 7 20] x\n1> b FETCH 4 (UID "
        "RFC822.SIZE BODY[])\n1< * 4 FETCH (UID 20 RFC822.SIZE 3 BODY[] \"abc\")\n1< b OK x\n",
    select +
        "1> a STORE 1 +FLAGS ($Work)\n1< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Work)\n1< * 1 FETCH "
        "(FLAGS ($Work))\n1< a OK x\n",
    select + second +
        "1> a FETCH 1 BODY[]<0.2>\n1< * 1 FETCH (BODY[]<0> \"ab\")\n1< a OK x\n1> b FETCH 1 BODY[]<0.9>\n1< * 1 FETCH "
        "(BODY[]<0> \"abc\")\n1< b OK x\n",
    select + "1> a SELECT none\n1< a NO none\n1> b LIST \"\" *\n1< * LIST (\\HasNoChildren) \"/\" INBOX\n1< b OK x\n",
    select +
        "1> a FETCH 9 FLAGS\n1< a BAD no such message\n1> b FETCH 1:3 FLAGS\n1< * 1 FETCH (FLAGS ())\n1< b NO some are "
        "gone\n",
    known +
        "1> c FETCH 4 (BODY.PEEK[] RFC822.SIZE INTERNALDATE BODY BODY.PEEK[]<1.2>)\n1< * 4 FETCH (BODY[] {10}\\nX: "
        "1\\n\\nhi RFC822.SIZE 10 INTERNALDATE \"05-Jan-2026 11:00:00 +0100\" BODY (\"TEXT\" \"PLAIN\" NIL NIL NIL "
        "\"7BIT\" 2 "
        "1) BODY[]<1> \": \")\n1< c OK x\n1> d SEARCH BODY hi\n1< * SEARCH 4\n1< d OK x\n1> e SEARCH SEEN\n1< * "
        "SEARCH 1\n1< e OK x\n",
    drop +
        "5> LIST\n5< +OK\\n1 3\\n2 4\\n.\n5> STAT\n5< +OK 2 7\n5> DELE 1\n5< +OK\n5> STAT\n5< +OK 1 4\n5> LIST\n5< "
        "+OK\\n2 4\\n.\n5> RSET\n5< +OK\n5> RETR 1\n5< +OK\\nx\\n.\n5> QUIT\n5< +OK\n"
        "6< +OK <2@h>\n6> USER u\n6< +OK\n6> PASS p\n6< +OK in\n",
    drop + "6< +OK <2@h>\n6> USER u\n6< +OK\n6> PASS p\n6< -ERR [IN-USE] locked\n",
    select + "1> a FETCH 1 BODY[]\n1< * 1 FETCH (BODY[] {41}\\n" + digested("x") + ")\n1< a OK x\n",
    drop + "5> RETR 1\n5< +OK\\n" + digested("x") + ".\n",
    // "*" is whoever came last, and of that one the session may not know yet.
    all5 + "1> a NOOP\n1< * 4 EXISTS\n1< a OK x\n1> b UID FETCH 8:* FLAGS\n1< * 4 FETCH (UID 21 FLAGS ())\n1< b OK x\n",
    all5 + "1> b UID FETCH 8:* FLAGS\n1< * 4 EXISTS\n1< * 4 FETCH (UID 21 FLAGS ())\n1< b OK x\n",
    // What the STORE itself makes of the mod-sequence comes before its OK (RFC 7162 §3.1.3).
    modseqs +
        "1> b STORE 1 (UNCHANGEDSINCE 9) +FLAGS (\\Answered)\n1< * 1 FETCH (UID 5 MODSEQ (12) FLAGS (\\Answered))\n1< "
        "b OK "
        "x\n",
    modseqs + second +
        "1> b STORE 1 (UNCHANGEDSINCE 9) +FLAGS (\\Answered)\n2> n NOOP\n1< * 1 FETCH (UID 5 MODSEQ (12) FLAGS "
        "(\\Answered))\n2< n OK x\n1< "
        "b OK "
        "x\n",
    // Another flag has changed: a server should not refuse because of that (§3.1.3), and may count each apart (§3.1).
    modseqs + second +
        "2> c FETCH 1 (UID)\n2< * 1 FETCH (UID 5)\n2< c OK x\n2> d STORE 1 +FLAGS (\\Flagged)\n2< d OK x\n1> e FETCH 1 "
        "(FLAGS "
        "MODSEQ)\n1< * 1 FETCH (FLAGS (\\Flagged) MODSEQ (12))\n1< e OK x\n1> b STORE 1 (UNCHANGEDSINCE 9) +FLAGS "
        "(\\Answered)\n1< * 1 FETCH (UID 5 MODSEQ (13) FLAGS (\\Answered \\Flagged))\n1< b OK x\n",
    // Once NOTIFY asked for it, STATUS and EXPUNGE come without a command (RFC 5465 §5).
    select +
        "1> a NOTIFY SET (selected (MessageNew MessageExpunge)) (personal (MessageNew MessageExpunge))\n1< a OK x\n1< "
        "* "
        "STATUS x (MESSAGES 1 UIDNEXT 2)\n1< * 2 EXPUNGE\n",
    // The list after the login, told before its tagged OK (RFC 3501 §6.2.3, §7.2.1).
    "1< * OK hi\n1> c CAPABILITY\n1< * CAPABILITY IMAP4rev1 ID\n1< c OK x\n1> l LOGIN u p\n1< * CAPABILITY IMAP4rev1 "
    "IDLE\n1< l OK in\n1> d CAPABILITY\n1< * CAPABILITY IMAP4rev1 IDLE\n1< d OK x\n",
    // Data of an extension once a command has used it, or has had them sent (RFC 3501 §7.2.1).
    select +
        "1> a GETQUOTA \"\"\n1< * QUOTA \"\" (STORAGE 1 2)\n1< a OK x\n1> b NOOP\n1< * QUOTA \"\" (STORAGE 1 2)\n1< b "
        "OK x\n",
    select + "1> a LANGUAGE de\n1< * LANGUAGE (de)\n1< * NAMESPACE ((\"\" \"/\")) NIL NIL\n1< a OK x\n",
    select +
        "1> a LIST \"\" * RETURN (MYRIGHTS METADATA (\"/shared/comment\"))\n1< * LIST () \"/\" INBOX\n1< * MYRIGHTS "
        "INBOX lrs\n1< * METADATA INBOX (\"/shared/comment\" NIL)\n1< a OK x\n",
    // RECENT before its EXISTS.
    select + "1> a NOOP\n1< * 4 RECENT\n1< * 4 EXISTS\n1< a OK x\n",
    // LAZY is a modifier; of commands that nobody knows the answers are not known either.
    select + "1> a FETCH 1 (PREVIEW (LAZY))\n1< * 1 FETCH (PREVIEW NIL)\n1< a OK x\n",
    select + "1> a XMOOD\n1< * XMOOD ((a)(b))\n1< a OK x\n",
    select + "1> a FETCH 1 (X-MOOD)\n1< * 1 FETCH (X-MOOD fine)\n1< a OK x\n",
    // Two SELECTs at once: each has its data before its own OK.
    select +
        "1> a SELECT x\n1< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n1< * 0 EXISTS\n1> b SELECT y\n1< * "
        "0 "
        "RECENT\n1< * OK [UIDVALIDITY 7] v\n1< a OK [READ-WRITE] x\n1< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen "
        "\\Draft)\n1< * 0 EXISTS\n1< * 0 RECENT\n1< * OK [UIDVALIDITY 7] v\n1< b OK [READ-WRITE] x\n",
    // What SELECT tells of a message is about the new mailbox, whose UIDNEXT is another.
    select +
        "1> a SELECT x\n1< * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n1< * 1 EXISTS\n1< * 0 RECENT\n1< * "
        "OK [UIDVALIDITY 8] v\n1< * OK [UIDNEXT 300] n\n1< * 1 FETCH (FLAGS () UID 272)\n1< a OK [READ-WRITE] x\n",
    // A mailbox brings its UIDVALIDITY to its new name.
    select +
        "1> a STATUS x (UIDVALIDITY)\n1< * STATUS x (UIDVALIDITY 9)\n1< a OK x\n1> b STATUS y (UIDVALIDITY)\n1< * "
        "STATUS y "
        "(UIDVALIDITY 8)\n1< b OK x\n1> c DELETE x\n1< c OK x\n1> d RENAME y x\n1< d OK x\n1> e STATUS x "
        "(UIDVALIDITY)\n1< * "
        "STATUS x (UIDVALIDITY 8)\n1< e OK x\n",
    // REPLACE tells APPENDUID before its EXPUNGE (RFC 8508 §4.3).
    select +
        "1> a UID REPLACE 5 INBOX {3+}\\nabc\n1< * OK [APPENDUID 7 20] x\n1< * 4 EXISTS\n1< * 1 EXPUNGE\n1< a OK x\n",
};

}  // namespace

TEST(Checkers, EachRuleCatchesItsBreach) {
  for (auto const& b : breaches()) EXPECT_TRUE(found(b.history).contains(b.rule)) << b.rule << "\n" << b.history;
}

TEST(Checkers, CorrectHistoriesAreClean) {
  for (auto const& h : clean)
    for (auto const& rule : found(h)) ADD_FAILURE() << rule << " in\n" << h;
}

TEST(Checkers, EveryRuleHasABreachHere) {
  std::set<std::string> tried{"grammar.crlf", "grammar.pop3-crlf",
                              "tags.pop3-greeting"};  // these need octets that lines cannot say
  for (auto const& b : breaches()) tried.insert(b.rule);
  for (auto const* kind : base::registry<checker_kind>::all())
    for (auto const& rule : kind->rules)
      EXPECT_TRUE(tried.contains(std::string(kind->name) + "." + std::string(rule.name)))
          << kind->name << "." << rule.name;
}

TEST(Judge, WhoBuildsOnWhatWasLostIsMuteAndThatIsSaid) {
  // Two blanks: how many messages there are is not told, so nobody may say that 3 is out of range.
  auto const lost = [](std::string text) { return text.replace(text.find("* 3 EXISTS"), 10, "*  3 EXISTS"); };
  judge j(base::registry<checker_kind>::all(), nullptr);
  hear(j, lost(check::select) + "1> a FETCH 3 (FLAGS)\n1< * 3 FETCH (FLAGS ())\n1< a OK done\n");
  ASSERT_EQ(j.findings().size(), 1u);
  EXPECT_TRUE(j.findings()[0].rule.starts_with("grammar."));
  auto const notes = notes_of(j, {"", "phone"});
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes[0].find("of phone broke the grammar"), std::string::npos) << notes[0];
  EXPECT_NE(notes[0].find("left out: "), std::string::npos) << notes[0];
  // Selected anew, the session is told anew.
  auto const again = lost(check::select) +
                     "1> b SELECT INBOX\n1< * FLAGS (\\Seen)\n1< * 1 EXISTS\n1< * 0 RECENT\n1< * OK "
                     "[UIDVALIDITY 7] v\n1< * OK [UIDNEXT 20] n\n1< b OK [READ-WRITE] done\n1> c NOOP\n1< * 9 "
                     "EXPUNGE\n1< c OK done\n";
  EXPECT_TRUE(found(again).contains("seqmap.expunge-range"));
}

TEST(Judge, WhatIsMoreThanWeReadAccusesNobody) {
  judge j(base::registry<checker_kind>::all(), nullptr);
  hear(j, check::select + "1> a FETCH 1 (XDEEP)\n1< * 1 FETCH (XDEEP " + std::string(200, '(') + std::string(200, ')') +
              ")\n1< a OK x\n");
  ASSERT_EQ(j.findings().size(), 1u);
  EXPECT_EQ(j.findings()[0].outcome, history::verdict::unknown);
  auto const notes = notes_of(j, {"", "phone"});
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes[0].find("FETCH of phone was more than is read"), std::string::npos) << notes[0];
}

TEST(Judge, WhatIsFoundAgainAfterFindingsWereTakenIsTold) {
  judge j(base::registry<checker_kind>::all(), nullptr);
  hear(j, "1< * OK hi\n1< b OK x\n");
  EXPECT_EQ(j.take_findings().size(), 1u);
  hear(j, "1< * OK hi\n1< c OK x\n");
  EXPECT_EQ(j.take_findings().size(), 1u);
}

TEST(Judge, WhatIsUnderstoodInSpiteOfABreachIsNotLost) {
  // The text is missing; how the command ended is plain.
  EXPECT_TRUE(found(check::select + "1> a NOOP\n1< a OK\n1> b NOOP\n1< * 9 EXPUNGE\n1< b OK done\n")
                  .contains("seqmap.expunge-range"));
}

TEST(State, ThatDataCameUnaskedIsToldAndPermitted) {
  for (auto const* data : {"* SEARCH 1", "* LSUB () \"/\" x", "* STATUS x (MESSAGES 1)"}) {
    judge j(base::registry<checker_kind>::all(), nullptr);
    hear(j, check::select + "1> a NOOP\n1< " + data + "\n1< a OK x\n");
    ASSERT_EQ(j.findings().size(), 1u) << data;
    EXPECT_EQ(j.findings()[0].requirement, "RFC3501-2.2.2-02") << data;
  }
}

TEST(Judge, FindingsAreKeptWithinTheirLimit) {
  base::limits few;
  few.findings = 3;
  judge j(base::registry<checker_kind>::all(), nullptr, few);
  for (history::session_id id = 0; id < 20; ++id)
    j.take({{}, id, event_kind::received, protocol::imap, "garbage \x01\r\n"});
  EXPECT_EQ(j.findings().size(), 3u);
  EXPECT_GT(j.dropped(), 0u);
}

}  // namespace mailrig::check::checkers_test
