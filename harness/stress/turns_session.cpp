// turns_session: polling, waiting, coming and going, and what is done to the server itself.
#include <fmt/format.h>

#include "stress/turn.hpp"

namespace mailrig::stress::turns_session {
namespace {

using where = turn_kind::where;
using namespace std::chrono_literals;
constexpr auto imap = history::protocol::imap;

turn const noop{turn_kind{"noop", "NOOP", imap, where::logged_in, +[](turn_writer& w) {
                            w.command("NOOP");
                            return true;
                          }}};
turn const check{turn_kind{"check", "CHECK", imap, where::selected, +[](turn_writer& w) {
                             w.command("CHECK");
                             return true;
                           }}};
turn const idle{turn_kind{"idle", "IDLE, ended at a later turn", imap, where::selected, +[](turn_writer& w) {
                            if (!w.imap().can("IDLE")) return false;
                            w.send("IDLE");
                            w.expect("+ | NO | BAD | closed");
                            w.who.idling = true;
                            return true;
                          }}};
turn const status{turn_kind{"status", "STATUS of any mailbox", imap, where::logged_in, +[](turn_writer& w) {
                              w.command(fmt::format("STATUS {} (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)", w.any_box()));
                              return true;
                            }}};

bool open(turn_writer& w, std::string const& box, bool read_only) {
  w.command(fmt::format("{} {}", read_only ? "EXAMINE" : "SELECT", box));
  w.who.box = box;
  w.who.read_only = read_only;
  return true;
}
turn const select{turn_kind{"select", "SELECT of any mailbox", imap, where::logged_in,
                            +[](turn_writer& w) { return open(w, w.any_box(), false); }}};
turn const again{turn_kind{"again", "SELECT of the same mailbox, and a look at all of it", imap, where::selected,
                           +[](turn_writer& w) {
                             open(w, std::string(w.who.box), w.who.read_only);
                             w.command("UID FETCH 1:* (FLAGS)");
                             return true;
                           }}};
turn const examine{turn_kind{"examine", "EXAMINE of any mailbox", imap, where::logged_in,
                             +[](turn_writer& w) { return open(w, w.any_box(), true); }}};
turn const close{turn_kind{"close", "CLOSE", imap, where::selected, +[](turn_writer& w) {
                             w.command("CLOSE");
                             w.who.box.clear();
                             return true;
                           }}};
turn const unselect{turn_kind{"unselect", "UNSELECT", imap, where::selected, +[](turn_writer& w) {
                                if (!w.imap().can("UNSELECT")) return false;
                                w.command("UNSELECT");
                                w.who.box.clear();
                                return true;
                              }}};
turn const logout{turn_kind{"logout", "LOGOUT", imap, where::logged_in, +[](turn_writer& w) {
                              w.send("LOGOUT");
                              w.expect("OK | closed");
                              w.act("drop");
                              return true;
                            }}};
turn const leave{turn_kind{"leave", "the connection is closed or reset", imap, where::logged_in, +[](turn_writer& w) {
                             w.act(w.chance(50) ? "drop" : "reset");
                             return true;
                           }}};
turn const store_and_leave{turn_kind{"store-and-leave", "STORE, and the connection is reset without waiting", imap,
                                     where::writable, +[](turn_writer& w) {
                                       if (w.messages() == 0) return false;
                                       w.send(fmt::format("STORE {} +FLAGS ({})", w.numbers(), w.keyword()));
                                       w.act("reset");
                                       return true;
                                     }}};
turn const cut_done{
    turn_kind{"cut-done", "IDLE that is cut off within DONE", imap, where::selected, +[](turn_writer& w) {
                if (!w.imap().can("IDLE")) return false;
                w.send("IDLE");
                w.expect("+ | NO | BAD | closed");
                std::string_view const done = "DONE\\r";
                w.act("raw", fmt::format("\"{}\"", done.substr(0, 1 + w.random.below(4))));
                w.act("reset");
                return true;
              }}};
turn const stall{
    turn_kind{"stall", "asks for everything and does not read it", imap, where::selected, +[](turn_writer& w) {
                if (w.messages() == 0) return false;
                w.act("stall");
                w.send("FETCH 1:* (UID FLAGS BODY.PEEK[])");
                w.who.stalled = true;
                return true;
              }}};
turn const kill{turn_kind{"kill-server", "SIGKILL to the server, which is started again", imap, where::logged_in,
                          +[](turn_writer& w) {
                            w.act("server", "kill");
                            return true;
                          }}};
turn const freeze{turn_kind{"freeze-server", "SIGSTOP to the server, and SIGCONT after 50 ms", imap, where::logged_in,
                            +[](turn_writer& w) {
                              w.act("server", "freeze");
                              w.pause(50ms);
                              w.act("server", "thaw");
                              return true;
                            }}};

// --- mailboxes -------------------------------------------------------------------------------------------------------

turn const create{turn_kind{
    "create", "CREATE of a new mailbox, or of one that is there", imap, where::logged_in, +[](turn_writer& w) {
      std::string box =
          w.notes.boxes.empty() || w.chance(60) ? fmt::format("${{box}}{}", w.random.below(4)) : w.any_box(false);
      w.command("CREATE " + box);
      w.notes.boxes.insert(box);
      return true;
    }}};
turn const remove{turn_kind{"delete", "DELETE", imap, where::logged_in, +[](turn_writer& w) {
                              if (w.notes.boxes.size() < 2) return false;
                              auto const box = w.any_box(false);
                              w.command("DELETE " + box);
                              // Sometimes another tries too.
                              if (w.chance(70)) w.notes.boxes.erase(box);
                              return true;
                            }}};
turn const rename{
    turn_kind{"rename", "RENAME to a new name, which another may take", imap, where::logged_in, +[](turn_writer& w) {
                if (w.notes.boxes.empty()) return false;
                auto const from = w.any_box(false);
                // A name of its own, but for another who renames at the same time: one that
                // was used before would have to get a greater UIDVALIDITY.
                if (w.chance(60)) ++w.notes.names;
                auto const to = fmt::format("${{box}}r{}", w.notes.names);
                w.command(fmt::format("RENAME {} {}", from, to));
                w.notes.boxes.erase(from);
                w.notes.boxes.insert(to);
                return true;
              }}};
turn const list{
    turn_kind{"list", "LIST and LSUB of the episode's mailboxes", imap, where::logged_in, +[](turn_writer& w) {
                w.command(fmt::format("{} \"\" \"$box*\"", w.chance(70) ? "LIST" : "LSUB"));
                return true;
              }}};
turn const subscribe{
    turn_kind{"subscribe", "SUBSCRIBE or UNSUBSCRIBE", imap, where::logged_in, +[](turn_writer& w) {
                if (w.notes.boxes.empty()) return false;
                w.command(fmt::format("{} {}", w.chance(65) ? "SUBSCRIBE" : "UNSUBSCRIBE", w.any_box(false)));
                return true;
              }}};

}  // namespace
}  // namespace mailrig::stress::turns_session
