// foreign: commands of extensions that a server does not offer. They are unknown to it, and an unknown command is
// refused; the session goes on.
#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::foreign {
namespace {

struct subject {
  std::string_view name, text, offered_by;
};

constexpr subject of_imap[]{{"ID", "ID NIL", "ID"},
                            {"NAMESPACE", "NAMESPACE", "NAMESPACE"},
                            {"IDLE", "IDLE", "IDLE"},
                            {"ENABLE", "ENABLE CONDSTORE", "ENABLE"},
                            {"UNSELECT", "UNSELECT", "UNSELECT"},
                            {"MOVE", "MOVE 1 @-none", "MOVE"},
                            {"REPLACE", "REPLACE 1 @-none {11}\r\nX: y\r\n\r\nz\r\n", "REPLACE"},
                            {"UID EXPUNGE", "UID EXPUNGE 1", "UIDPLUS"},
                            {"GETQUOTAROOT", "GETQUOTAROOT INBOX", "QUOTA"},
                            {"GETQUOTA", "GETQUOTA \"\"", "QUOTA"},
                            {"MYRIGHTS", "MYRIGHTS INBOX", "ACL"},
                            {"GETACL", "GETACL INBOX", "ACL"},
                            {"SORT", "SORT (DATE) UTF-8 ALL", "SORT"},
                            {"THREAD", "THREAD REFERENCES UTF-8 ALL", "THREAD=REFERENCES"},
                            {"GETMETADATA", "GETMETADATA \"\" /shared/comment", "METADATA"},
                            {"SETMETADATA", "SETMETADATA @-none (/private/comment NIL)", "METADATA"},
                            {"LISTRIGHTS", "LISTRIGHTS @-none nobody", "ACL"},
                            {"DELETEACL", "DELETEACL @-none nobody", "ACL"},
                            {"GETANNOTATION", "GETANNOTATION INBOX \"/comment\" \"value.shared\"", "ANNOTATEMORE"},
                            {"NOTIFY", "NOTIFY NONE", "NOTIFY"},
                            {"XLIST", "XLIST \"\" *", "XLIST"},
                            {"RLIST", "RLIST \"\" *", "MAILBOX-REFERRALS"},
                            {"COMPRESS", "COMPRESS X-NONE", "COMPRESS=DEFLATE"},
                            {"GENURLAUTH", "GENURLAUTH \"imap://x/INBOX\" INTERNAL", "URLAUTH"},
                            {"SETACL", "SETACL @-none nobody lr", "ACL"},
                            {"LANGUAGE", "LANGUAGE", "LANGUAGE"},
                            {"COMPARATOR", "COMPARATOR", "I18NLEVEL=2"},
                            {"ESEARCH", "ESEARCH IN (mailboxes @-none) ALL", "MULTISEARCH"},
                            {"BBOARD", "BBOARD x", "IMAP2BIS"},
                            {"FIND", "FIND ALL.MAILBOXES *", "IMAP2BIS"},
                            {"PARTIAL", "PARTIAL 1 RFC822 1 10", "IMAP4"},
                            {"AUTHENTICATE", "AUTHENTICATE X-NONE", "AUTH=X-NONE"}};

constexpr subject of_pop3[]{{"CAPA", "CAPA", "pop3:CAPA"},
                            {"TOP", "TOP 1 0", "pop3:TOP"},
                            {"UIDL", "UIDL 1", "pop3:UIDL"},
                            {"APOP", "APOP nobody 00000000000000000000000000000000", "pop3:APOP"},
                            {"AUTH", "AUTH X-NONE", "pop3:SASL"},
                            {"STLS", "STLS", "pop3:STLS"},
                            {"UTF8", "UTF8", "pop3:UTF8"},
                            {"LANG", "LANG", "pop3:LANG"},
                            {"LAST", "LAST", "pop3:LAST"},
                            {"RPOP", "RPOP nobody", "pop3:RPOP"},
                            {"TURN", "TURN", "pop3:TURN"},
                            {"HELP", "HELP", "pop3:HELP"},
                            {"EHLO", "EHLO example.test", "pop3:EHLO"},
                            {"XTND", "XTND XMIT", "pop3:XTND"},
                            {"NOOP-with-tag", "a1 NOOP", "pop3:a1"}};

template <std::size_t N>
std::vector<level> names(subject const (&all)[N]) {
  std::vector<level> out;
  for (auto const& s : all) out.push_back({s.name});
  return out;
}

template <std::size_t N>
subject const& named(subject const (&all)[N], std::string_view name) {
  auto const* s = all;
  while (s->name != name) ++s;
  return *s;
}

exploration const imap{exploration_kind{"foreign",
                                        "IMAP commands of extensions that are not offered",
                                        history::protocol::imap,
                                        "RFC3501-2.2.2-03",
                                        {{"command", names(of_imap)}, {"again", {{"once"}, {"twice"}}}},
                                        +[](explorer& x, choice const& c) {
                                          auto const& s = named(of_imap, c["command"]);
                                          if (x.can(s.offered_by)) return;
                                          std::string text(s.text);
                                          if (auto const at = text.find('@'); at != text.npos)
                                            text.replace(at, 1, x.box());
                                          for (int left = c.is("again", "twice") ? 2 : 1; left > 0 && x.is_open();
                                               --left)
                                            if (x.provoke(text, s.name, s.name, "OK | NO | BAD | +").status == "+")
                                              return x.drop();
                                          x.still_answers();
                                        }}};

exploration const pop3{exploration_kind{"pop3-foreign",
                                        "POP3 commands of extensions that are not offered",
                                        history::protocol::pop3,
                                        "RFC1939-3-14",
                                        {{"command", names(of_pop3)}},
                                        +[](explorer& x, choice const& c) {
                                          auto const& s = named(of_pop3, c["command"]);
                                          if (x.can(s.offered_by)) return;
                                          auto const a =
                                              x.provoke(std::string(s.text), s.name, s.name, "+OK | -ERR | +");
                                          // What has begun another conversation than ours is left.
                                          if (a.status == "+" || a.ok()) return x.drop();
                                          x.still_answers();
                                        }}};

}  // namespace
}  // namespace mailrig::scenario::foreign
