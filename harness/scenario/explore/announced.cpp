// announced: what a capability promises, asked for once: a few lines each that a server which announces it answers by
// OK.
#include <fmt/format.h>

#include <algorithm>

#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::announced {
namespace {

struct promise {
  std::string_view capability;
  std::vector<std::string_view> lines;  ///< '@': the scenario's own mailbox
};

std::vector<promise> const& promises() {
  static std::vector<promise> const all{
      {"IMAP4REV1", {"CAPABILITY", "NOOP"}},
      {"ACL", {"MYRIGHTS INBOX", "GETACL INBOX"}},
      {"RIGHTS=TEXK", {"MYRIGHTS INBOX"}},
      {"APPENDLIMIT", {"STATUS INBOX (APPENDLIMIT)"}},
      {"BINARY", {"FETCH 1 (BINARY.SIZE[1] BINARY.PEEK[1])"}},
      {"CATENATE", {"APPEND INBOX CATENATE (TEXT {24}\r\nX-Mailrig-Made: y\r\n\r\nz\r\n)"}},
      {"CHILDREN", {"LIST \"\" %"}},
      {"CONDSTORE", {"FETCH 1:* (MODSEQ)", "SEARCH MODSEQ 1", "STATUS INBOX (HIGHESTMODSEQ)"}},
      {"CONTEXT=SEARCH", {"SEARCH RETURN (PARTIAL 1:2) ALL"}},
      {"CONTEXT=SORT", {"SORT RETURN (PARTIAL 1:2) (DATE) UTF-8 ALL"}},
      {"CREATE-SPECIAL-USE", {"CREATE @-special (USE (\\Trash))"}},
      {"ENABLE", {"ENABLE X-EXPLORED"}},
      {"ESEARCH", {"SEARCH RETURN (COUNT) ALL"}},
      {"ESORT", {"SORT RETURN (COUNT) (DATE) UTF-8 ALL"}},
      {"ID", {"ID NIL", "ID (\"name\" \"mailrig\")"}},
      {"IDLE", {"IDLE"}},
      {"LIST-EXTENDED", {"LIST (SUBSCRIBED) \"\" *", "LIST \"\" (INBOX @*) RETURN (CHILDREN)"}},
      {"LIST-METADATA", {"LIST \"\" % RETURN (METADATA (/shared/comment))"}},
      {"LIST-MYRIGHTS", {"LIST \"\" % RETURN (MYRIGHTS)"}},
      {"LIST-STATUS", {"LIST \"\" % RETURN (STATUS (MESSAGES))"}},
      {"LITERAL+", {"STATUS {5+}\r\nINBOX (MESSAGES)"}},
      {"LITERAL-", {"STATUS {5+}\r\nINBOX (MESSAGES)"}},
      {"I18NLEVEL=2", {"COMPARATOR", "COMPARATOR i;unicode-casemap"}},
      {"LANGUAGE", {"LANGUAGE i-default"}},
      {"MESSAGELIMIT=1000", {"SEARCH UIDAFTER 1 UIDBEFORE 4294967295"}},
      {"METADATA", {"GETMETADATA INBOX /shared/comment", "GETMETADATA \"\" /shared/comment"}},
      {"METADATA-SERVER", {"GETMETADATA \"\" /shared/comment"}},
      {"MULTIAPPEND", {"APPEND INBOX {24}\r\nX-Mailrig-Made: y\r\n\r\nz\r\n {24}\r\nX-Mailrig-Made: y\r\n\r\nz\r\n"}},
      {"MULTISEARCH", {"ESEARCH IN (mailboxes INBOX) ALL", "ESEARCH RETURN (COUNT) ALL"}},
      {"NAMESPACE", {"NAMESPACE"}},
      {"NOTIFY", {"NOTIFY SET (selected (MessageNew MessageExpunge FlagChange))"}},
      {"OBJECTID", {"FETCH 1:* (EMAILID THREADID)", "SEARCH EMAILID M1", "STATUS INBOX (MAILBOXID)"}},
      {"PARTIAL", {"SEARCH RETURN (PARTIAL 1:2) ALL", "UID FETCH 1:* (FLAGS) (PARTIAL -1:-1)"}},
      {"PREVIEW", {"FETCH 1:* (PREVIEW)", "FETCH 1:* (PREVIEW (LAZY))"}},
      {"QRESYNC", {"ENABLE QRESYNC", "SELECT INBOX", "UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)"}},
      {"QUOTA", {"GETQUOTAROOT INBOX"}},
      {"REPLACE", {"REPLACE 1 INBOX {24}\r\nX-Mailrig-Made: y\r\n\r\nz\r\n"}},
      {"SAVEDATE", {"FETCH 1:* (SAVEDATE)", "SEARCH SAVEDATESUPPORTED SAVEDSINCE 1-Jan-1990"}},
      {"SEARCHRES", {"SEARCH RETURN (SAVE) ALL", "FETCH $ (FLAGS)"}},
      {"SEARCH=FUZZY", {"SEARCH FUZZY SUBJECT zebra"}},
      {"SORT", {"SORT (ARRIVAL) UTF-8 ALL"}},
      {"SORT=DISPLAY", {"SORT (DISPLAYFROM) UTF-8 ALL"}},
      {"SPECIAL-USE", {"LIST \"\" *"}},
      {"STATUS=SIZE", {"STATUS INBOX (SIZE)"}},
      {"THREAD=ORDEREDSUBJECT", {"THREAD ORDEREDSUBJECT UTF-8 ALL"}},
      {"THREAD=REFERENCES", {"THREAD REFERENCES UTF-8 ALL"}},
      {"THREAD=REFS", {"THREAD REFS UTF-8 ALL"}},
      {"UIDONLY", {"ENABLE UIDONLY", "SELECT INBOX", "UID FETCH 1:* (FLAGS)"}},
      {"UIDPLUS", {"UID EXPUNGE 1:*"}},
      {"UNSELECT", {"UNSELECT"}},
      {"URLAUTH", {"URLFETCH \"imap://localhost/INBOX/;uid=1\"", "RESETKEY"}},
      {"UTF8=ACCEPT", {"ENABLE UTF8=ACCEPT"}},
      {"WITHIN", {"SEARCH YOUNGER 100 OLDER 1"}}};
  return all;
}

/// A word that begins with '@' stands as an atom or a pattern where the mailbox's name can, else in quotes.
std::string filled_in(explorer& x, std::string_view line) {
  std::string text(line);
  auto const at = text.find('@');
  if (at == text.npos) return text;
  auto const end = std::min(text.find_first_of(" )", at), text.size());
  auto const word = x.box() + text.substr(at + 1, end - at - 1);
  bool const bare = x.string("atom", x.box()) == x.box();
  return text.replace(at, end - at, bare ? word : x.string("quoted", word));
}

exploration const announced{
    exploration_kind{"announced",
                     "what each announced capability promises, asked for",
                     history::protocol::imap,
                     "RFC3501-6.1.1-03",
                     {{"capability",
                       [] {
                         std::vector<level> out;
                         for (auto const& p : promises()) out.push_back({p.capability, p.capability});
                         return out;
                       }()}},
                     +[](explorer& x, choice const& c) {
                       if (!x.refill(2)) return;
                       for (auto const& p : promises()) {
                         if (p.capability != c["capability"]) continue;
                         for (auto const line : p.lines) {
                           // ENABLE is for the time before anything is selected (RFC 5161
                           // §3.1), STATUS for what is not (RFC 3501 §6.3.10).
                           if (line.starts_with("ENABLE") || line.starts_with("STATUS"))
                             if (x.imap().state == model::imap_state::selected) x.ask("CLOSE", "OK");
                           auto const text = filled_in(x, line);
                           // A use that another mailbox has may be refused (RFC 6154 §3).
                           bool const may_fail = text.find("(USE ") != text.npos;
                           auto const a = x.ask(text, line == "IDLE" ? "+" : may_fail ? "OK | NO" : "OK");
                           if (a.status == "+") x.finish_idle();
                         }
                         // What was enabled stays so for the connection's life.
                         if (p.lines[0].starts_with("ENABLE")) x.drop();
                       }
                       if (x.home()) x.look();
                     }}};

}  // namespace
}  // namespace mailrig::scenario::announced
