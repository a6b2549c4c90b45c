// turns_notify: devices that are told what happens between their commands (RFC 5465 §3.1).
#include "stress/turn.hpp"

namespace mailrig::stress::turns_notify {
namespace {

using where = turn_kind::where;
constexpr auto imap = history::protocol::imap;

/// Message numbers may be used on: EXPUNGE waits for a command that may have it.
turn const watch{turn_kind{
    "notify-delayed", "NOTIFY SET of the selected mailbox, EXPUNGE delayed, and of all others", imap, where::selected,
    +[](turn_writer& w) {
      if (!w.imap().can("NOTIFY")) return false;
      w.command(
          "NOTIFY SET (selected-delayed (MessageNew (UID FLAGS) MessageExpunge FlagChange)) (personal (MessageNew "
          "MessageExpunge MailboxName))");
      return true;
    }}};
/// For devices that name messages by UID alone.
turn const at_once{turn_kind{"notify-at-once", "NOTIFY SET of the selected mailbox, EXPUNGE at any time", imap,
                             where::selected, +[](turn_writer& w) {
                               if (!w.imap().can("NOTIFY")) return false;
                               w.command("NOTIFY SET (selected (MessageNew (UID FLAGS) MessageExpunge FlagChange))");
                               return true;
                             }}};

}  // namespace
}  // namespace mailrig::stress::turns_notify
