// turns_resync: a device loses its connection and finds again what it had: by QRESYNC, by CONDSTORE, or by UIDs and
// flags (RFC 7162 §6, RFC 4549).
#include <fmt/format.h>

#include "stress/turn.hpp"

namespace mailrig::stress::turns_resync {
namespace {

using where = turn_kind::where;
constexpr auto imap = history::protocol::imap;

void come_back(turn_writer& w) {
  w.act(w.chance(50) ? "drop" : "reset");
  w.act("login");
  w.who.box = "INBOX";
  w.who.read_only = false;
}

turn const quick{turn_kind{
    "resync-quick", "leaves, and SELECT (QRESYNC) when it is back", imap, where::selected, +[](turn_writer& w) {
      if (!w.imap().can("QRESYNC")) return false;
      come_back(w);
      w.command("ENABLE QRESYNC");
      w.command(fmt::format("SELECT INBOX (QRESYNC ($inbox_validity {}))", 1 + w.random.below(60)));
      if (w.chance(50)) w.command("UID FETCH 1:* (FLAGS)");
      return true;
    }}};
turn const conditional{turn_kind{"resync-condstore", "leaves, and CHANGEDSINCE and UID SEARCH when it is back", imap,
                                 where::selected, +[](turn_writer& w) {
                                   if (!w.imap().can("CONDSTORE")) return false;
                                   come_back(w);
                                   w.command("SELECT INBOX (CONDSTORE)");
                                   w.command(
                                       fmt::format("UID FETCH 1:* (FLAGS) (CHANGEDSINCE {})", 1 + w.random.below(60)));
                                   w.command("UID SEARCH ALL");
                                   return true;
                                 }}};
turn const plain{turn_kind{"resync-plain", "leaves, and looks at all UIDs and flags when it is back", imap,
                           where::selected, +[](turn_writer& w) {
                             come_back(w);
                             w.command("SELECT INBOX");
                             w.command("UID FETCH 1:* (FLAGS)");
                             return true;
                           }}};
turn const vanished{
    turn_kind{"vanished-since", "UID FETCH (CHANGEDSINCE n VANISHED)", imap, where::selected, +[](turn_writer& w) {
                if (!w.imap().can("QRESYNC")) return false;
                w.command(fmt::format("UID FETCH 1:* (FLAGS) (CHANGEDSINCE {} VANISHED)", 1 + w.random.below(60)));
                return true;
              }}};

}  // namespace
}  // namespace mailrig::stress::turns_resync
