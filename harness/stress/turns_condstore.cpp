// turns_condstore: conditional changes and resynchronisation by mod-sequence (RFC 7162), for servers that offer it.
#include <fmt/format.h>

#include "stress/turn.hpp"

namespace mailrig::stress::turns_condstore {
namespace {

using where = turn_kind::where;
constexpr auto imap = history::protocol::imap;

turn const learn{turn_kind{"learn-modseq", "FETCH 1:* (UID FLAGS MODSEQ)", imap, where::selected, +[](turn_writer& w) {
                             if (w.messages() == 0 || !w.imap().can("CONDSTORE")) return false;
                             w.command("FETCH 1:* (UID FLAGS MODSEQ)");
                             return true;
                           }}};
turn const compare{turn_kind{"store-unchanged", "STORE (UNCHANGEDSINCE n)", imap, where::writable, +[](turn_writer& w) {
                               if (w.messages() == 0 || !w.imap().can("CONDSTORE")) return false;
                               auto const since = 1 + w.random.below(40);
                               w.command(fmt::format("STORE {} (UNCHANGEDSINCE {}) {}FLAGS (K{})", w.numbers(), since,
                                                     w.chance(70) ? "+" : "-", w.who.name));
                               return true;
                             }}};
turn const changed{turn_kind{"changed-since", "FETCH (CHANGEDSINCE n)", imap, where::selected, +[](turn_writer& w) {
                               if (w.messages() == 0 || !w.imap().can("CONDSTORE")) return false;
                               w.command(
                                   fmt::format("FETCH 1:* (UID FLAGS) (CHANGEDSINCE {})", 1 + w.random.below(30)));
                               return true;
                             }}};
turn const select{
    turn_kind{"select-condstore", "SELECT (CONDSTORE) of the same mailbox", imap, where::selected, +[](turn_writer& w) {
                if (!w.imap().can("CONDSTORE")) return false;
                w.command(fmt::format("{} {} (CONDSTORE)", w.who.read_only ? "EXAMINE" : "SELECT", w.who.box));
                w.command("FETCH 1:* (UID FLAGS MODSEQ)");
                return true;
              }}};

}  // namespace
}  // namespace mailrig::stress::turns_condstore
