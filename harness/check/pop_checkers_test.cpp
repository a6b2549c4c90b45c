// pop_checkers_test: POP3 sessions that break a rule each, and sessions that use what RFC 1939 leaves free.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::pop_checkers_test {
namespace {

/// Octets of the message that `put` puts into the inbox: 14.
std::string const text = "S: x\\n\\nbody\\n";
std::string const emptied =
    "1< * OK hi\n1> l LOGIN u p\n1< l OK in\n1> s STATUS INBOX (MESSAGES)\n1< * STATUS INBOX "
    "(MESSAGES 0)\n1< s OK x\n";
std::string const put = emptied + "1> a APPEND INBOX {14+}\\n" + text + "\n1< a OK [APPENDUID 7 1] x\n";
std::string const next = "5= client closed\n" + drop6;
std::string const capa = "5< +OK hi\n5> CAPA\n5< +OK\\n";

std::string retr(std::string const& octets) { return "5> RETR 1\n5< +OK\\n" + octets + ".\n"; }
std::string top(std::string const& lines, std::string const& octets) {
  return "5> TOP 1 " + lines + "\n5< +OK\\n" + octets + ".\n";
}

breach_table const table{
    {"pop_status.state", "5< +OK hi\n5> STAT\n5< +OK 0 0\n"},
    {"pop_status.state", drop + "5> USER u\n5< +OK\n"},
    {"pop_status.state", drop + "5> STLS\n5< +OK\n"},
    {"pop_status.state", "5< +OK hi\n5> PASS p\n5< +OK in\n"},
    {"pop_status.syntax", drop + "5> NOOP x\n5< +OK\n"},
    {"pop_status.syntax", drop + "5> DELE 1 2\n5< +OK\n"},
    {"pop_status.syntax", drop + "5> LIST 1x\n5< +OK 1 9\n"},
    {"pop_status.syntax", drop + "5> TOP 1 -1\n5< +OK\\nx\\n.\n"},
    {"pop_status.absent", drop + "5> DELE 0\n5< +OK\n"},
    {"pop_status.absent", drop + "5> STAT\n5< +OK 1 9\n5> DELE 2\n5< +OK\n"},
    {"pop_status.absent", drop + "5> LIST 18446744073709551617\n5< +OK 1 9\n"},
    {"pop_status.mandatory", drop + "5> STAT\n5< -ERR empty\n"},
    {"pop_status.mandatory", "5< +OK hi\n5> QUIT\n5< -ERR no\n"},
    {"pop_status.present", drop + "5> STAT\n5< +OK 1 9\n5> LIST 1\n5< -ERR no\n"},
    {"pop_status.present", drop + "5> UIDL\n5< +OK\\n1 a\\n.\n5> UIDL 1\n5< -ERR no\n"},
    {"pop_status.announced", capa + "UIDL\\n.\n5> USER u\n5< +OK\n5> PASS p\n5< +OK\n5> UIDL\n5< -ERR what\n"},
    {"pop_status.announced",
     capa + "TOP\\n.\n5> USER u\n5< +OK\n5> PASS p\n5< +OK\n5> STAT\n5< +OK 1 9\n5> TOP 1 0\n5< -ERR what\n"},
    {"pop_status.announced", capa + "STLS\\n.\n5> STLS\n5< -ERR no\n"},
    {"pop_status.announced", capa + ".\n5> USER u\n5< +OK\n5> PASS p\n5< +OK\n5> CAPA\n5< -ERR what\n"},
    {"pop_listing.gap", drop + "5> LIST\n5< +OK\\n1 9\\n3 9\\n.\n"},
    {"pop_listing.gap", drop + "5> RETR 2\n5< +OK\\nx\\n.\n5> UIDL\n5< +OK\\n1 a\\n.\n"},
    {"pop_listing.gap", drop + "5> DELE 1\n5< +OK\n5> RSET\n5< +OK\n5> LIST\n5< +OK\\n2 9\\n.\n"},
    {"pop_listing.twice", drop + "5> LIST\n5< +OK\\n1 9\\n1 9\\n.\n"},
    {"pop_listing.other", drop + "5> UIDL 1\n5< +OK 2 a\n"},
    {"pop_listing.beyond", drop + "5> RETR 3\n5< +OK\\nx\\n.\n5> STAT\n5< +OK 2 9\n"},
    {"pop_listing.sum", drop + "5> STAT\n5< +OK 1 9\n5> LIST\n5< +OK\\n1 8\\n.\n"},
    {"pop_listing.sum", drop + "5> STAT\n5< +OK 1 9\n5> STAT\n5< +OK 1 8\n"},
    {"pop_text.lines", drop + top("0", text)},
    {"pop_text.top", drop + retr(text) + top("0", "S: x\\n")},
    {"pop_text.top", drop + top("1", "S: x\\n\\nother\\n") + retr(text)},
    {"pop_text.top", drop + retr("S: x\\n\\na\\nb\\nc\\n") + top("3", "S: x\\n\\na\\nb\\n")},
    {"maildrop.octets", drop + "5> LIST\n5< +OK\\n1 14\\n.\n" + retr(text + "\\n")},
    {"maildrop.octets", drop + retr(text) + "5> LIST\n5< +OK\\n1 9\\n.\n"},
    {"pop_store.fewer", put + drop + "5> STAT\n5< +OK 0 0\n"},
    {"pop_store.altered", put + drop + "5> STAT\n5< +OK 1 14\n" + retr("Notice\\n" + text)},
    {"pop_store.altered", put + drop + retr(text + "\\n") + "5> STAT\n5< +OK 1 16\n5> NOOP\n5< +OK\n"},
    {"pop_store.size", put + drop + "5> STAT\n5< +OK 1 11\n5> LIST\n5< +OK\\n1 11\\n.\n"},
    {"pop_effects.lost", drop + "5> STAT\n5< +OK 2 9\n" + next + "6> STAT\n6< +OK 1 4\n"},
    {"pop_effects.lost", drop + "5> LIST\n5< +OK\\n1 4\\n2 5\\n.\n5> DELE 1\n5< +OK\n5> QUIT\n5< +OK\n" + next +
                             "6> LIST\n6< +OK\\n1 4\\n.\n"},
    {"pop_effects.lost", drop + "5> LIST\n5< +OK\\n1 4\\n2 5\\n.\n5> DELE 1\n5< +OK\n5> QUIT\n5< +OK\n" + next +
                             "6> LIST\n6< +OK\\n1 4\\n2 8\\n.\n"},
    {"pop_effects.resized", drop + "5> LIST\n5< +OK\\n1 4\\n2 5\\n.\n" + next + "6> LIST\n6< +OK\\n1 4\\n2 6\\n.\n"},
    {"pop_effects.resized", drop + "5> LIST\n5< +OK\\n1 4\\n.\n5> UIDL\n5< +OK\\n1 a\\n.\n" + next +
                                "6> LIST\n6< +OK\\n1 6\\n.\n6= client closed\n"},
    {"pop_drop.renamed", drop + "5> UIDL\n5< +OK\\n1 a\\n2 b\\n.\n" + next +
                             "6> UIDL 2\n6< +OK 2 zb\n6> DELE 2\n6< +OK\n6> QUIT\n6< +OK\n6= client closed\n7< +OK "
                             "hi\n7> USER u\n7< +OK\n7> PASS p\n7< +OK\n7> UIDL\n7< +OK\\n1 a\\n.\n"},
    {"pop_drop.renamed", drop + "5> LIST\n5< +OK\\n1 4\\n2 5\\n.\n5> UIDL\n5< +OK\\n1 a\\n2 b\\n.\n" + next +
                             "6> LIST\n6< +OK\\n1 4\\n2 5\\n.\n6> UIDL\n6< +OK\\n1 a\\n2 c\\n.\n"},
    {"pop_promises.differs",
     capa + "SASL PLAIN X\\n.\n5> USER u\n5< +OK\n5> PASS p\n5< +OK\n5> CAPA\n5< +OK\\nSASL X\\n.\n"},
    {"pop_promises.delay",
     capa + "LOGIN-DELAY 5\\n.\n5> USER u\n5< +OK\n5> PASS p\n5< +OK\n5> CAPA\n5< +OK\\nLOGIN-DELAY 9\\n.\n"},
    {"pop_promises.expire",
     capa + "EXPIRE NEVER\\n.\n5> USER u\n5< +OK\n5> PASS p\n5< +OK\n5> CAPA\n5< +OK\\nEXPIRE 9\\n.\n"},
    {"pop_promises.user", drop + "6< +OK hi\n6> CAPA\n6< +OK\\nUSER\\n.\n6> USER u\n6< -ERR no\n"},
    {"pop_promises.mechanism", capa + "SASL PLAIN\\n.\n5> AUTH PLAIN\n5< -ERR unknown\n"},
    {"pop_utf8.as-is", capa + "UTF8\\n.\n5> USER u\n5< +OK\n5> PASS p\n5< +OK\n" + retr("S: \xC3\xA4\\n\\nx\\n")},
    {"tags.pop3-unanswered", drop + "5> RETR 1\n5< +OK\\nS: x\n5= silence\n"},
    {"tags.pop3-unanswered", drop + "5> QUIT\n5= silence\n"},
    {"tags.pop3-unanswered", "5< +OK hi\n5> AUTH\n5= server closed\n"},
    {"tags.pop3-unasked", "5< +OK hi\n5> STLS\n5> NOOP\n5< +OK\n5! TLS\n5< -ERR\n"},
};

std::string const clean[] = {
    capa + "STLS\\n.\n5> USER u\n5< +OK\n5> STLS\n5< -ERR PASS, please\n5> CAPA\n5< -ERR\n",
    // Response codes name causes of their own; a message may go when IMAP expunges it.
    drop + "5> STAT\n5< +OK 1 9\n5> LIST 1\n5< -ERR [SYS/TEMP] later\n5> NOOP\n5< -ERR [SYS/PERM] broken\n",
    drop + "5> STAT\n5< +OK 1 9\n" + emptied + "1> e EXPUNGE\n1< e BAD x\n5> DELE 1\n5< -ERR gone\n",
    // Other ways to write a number, trailing spaces, names with spaces.
    drop + "5> LIST 01\n5< +OK 1 9\n5> LIST +1\n5< +OK 1 9\n5> LIST 01\n5< -ERR no\n5> NOOP \n5< +OK\n",
    "5< +OK hi\n5> USER a b\n5< +OK\n5> PASS c d\n5< +OK\n",
    // Lines in any order, more words behind a size, other texts.
    drop + "5> LIST\n5< +OK two\\n2 5 more\\n1 4\\n.\n5> STAT\n5< +OK 2 9 more\n5> LIST 2\n5< +OK 2 5 more\n",
    // Neither TOP nor UIDL nor CAPA is there.
    drop + "5> STAT\n5< +OK 1 9\n5> TOP 1 0\n5< -ERR\n5> UIDL\n5< -ERR\n5> CAPA\n5< -ERR\n",
    // A message that is all header; one without a line end, which gains it.
    drop + retr("S: x\\n") + top("0", "S: x\\n\\n") + top("5", "S: x\\n"),
    drop + "5> LIST 1\n5< +OK 1 12\n" + retr(text),
    drop + top("2", "S: x\\n\\na\\nb\\n") + top("1", "S: x\\n\\na\\n") + retr("S: x\\n\\na\\nb\\nc\\n") +
        top("3", "S: x\\n\\na\\nb\\nc\\n"),
    // Capabilities may change with TLS; a delay may shrink, a retention grow with the login.
    capa +
        "SASL X\\nTOP\\nUSER\\n.\n5> STLS\n5< +OK\n5! TLS\n5> CAPA\n5< +OK\\nUIDL\\nSASL PLAIN\\nEXPIRE 5 USER\\n"
        "LOGIN-DELAY 9 USER\\n.\n5> USER u\n5< +OK\n5> PASS p\n5< +OK\n5> CAPA\n5< +OK\\nEXPIRE NEVER\\nLOGIN-DELAY "
        "5\\n"
        "SASL PLAIN\\nUIDL\\n.\n",
    // A policy that is announced may remove what was read.
    drop + "5> CAPA\n5< +OK\\nEXPIRE 0\\n.\n5> STAT\n5< +OK 1 14\n" + retr(text) + "5> QUIT\n5< +OK\n" + next +
        "6> STAT\n6< +OK 0 0\n",
    // Which message is which the ids tell, whatever their order and numbers.
    drop + "5> LIST\n5< +OK\\n1 4\\n2 5\\n.\n5> UIDL\n5< +OK\\n1 a\\n2 b\\n.\n5> DELE 1\n5< +OK\n5> QUIT\n5< +OK\n" +
        next + "6> LIST\n6< +OK\\n1 5\\n.\n6> UIDL\n6< +OK\\n1 b\\n.\n",
    // Mail that came in another way; a maildrop opened before the inbox was emptied.
    put + drop + "5> STAT\n5< +OK 2 30\n" + retr("Notice\\n" + text),
    drop + retr("other\\n") + put + "5> STAT\n5< +OK 1 7\n5> RETR 1\n5< +OK\\nother\\n.\n",
    put + drop + "5> STAT\n5< +OK 1 14\n5> LIST\n5< +OK\\n1 14\\n.\n" + retr(text),
    // A surrogate for a header outside ASCII; the text may have 8-bit octets; UTF8 was asked for.
    emptied + "1> a APPEND INBOX {15+}\\nS: \xC3\xA4\\n\\nbody\\n\n1< a OK [APPENDUID 7 1] x\n" + drop +
        "5> STAT\n5< +OK 1 14\n5> LIST\n5< +OK\\n1 14\\n.\n" + retr("S: ?\\n\\nbody\\n"),
    capa + "UTF8\\n.\n5> USER u\n5< +OK\n5> PASS p\n5< +OK\n" + retr("S: x\\n\\n\xC3\xA4\\n"),
    capa + "UTF8\\n.\n5> UTF8\n5< +OK\n5> USER u\n5< +OK\n5> PASS p\n5< +OK\n" + retr("S: \xC3\xA4\\n\\nx\\n"),
};

}  // namespace

TEST(PopCheckers, WhatTheRfcsLeaveFreeIsClean) {
  for (auto const& h : clean)
    for (auto const& rule : found(h)) ADD_FAILURE() << rule << " in\n" << h;
}

}  // namespace mailrig::check::pop_checkers_test
