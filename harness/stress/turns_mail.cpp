// turns_mail: how messages come, go and are read.
#include <fmt/format.h>

#include "stress/turn.hpp"

namespace mailrig::stress::turns_mail {
namespace {

using where = turn_kind::where;
constexpr auto imap = history::protocol::imap;

turn const append{turn_kind{"append", "APPEND of a new message", imap, where::logged_in, +[](turn_writer& w) {
                              auto const flags = w.chance(30) ? fmt::format(" ({})", w.keyword()) : std::string();
                              auto const box = w.selected() && w.chance(60) ? w.who.box : w.any_box();
                              w.command(fmt::format("APPEND {}{} {}", box, flags, w.new_message()));
                              return true;
                            }}};

bool transfer(turn_writer& w, std::string_view verb) {
  if (w.messages() == 0) return false;
  auto const [uid, set] = w.named_set();
  auto to = w.any_box();
  if (verb == "MOVE" && to == w.who.box) to = w.any_box();
  w.command(fmt::format("{}{} {} {}", uid, verb, set, to));
  return true;
}
turn const copy{turn_kind{"copy", "COPY to any mailbox", imap, where::selected,
                          +[](turn_writer& w) { return transfer(w, "COPY"); }}};
turn const move{turn_kind{"move", "MOVE to any mailbox", imap, where::writable,
                          +[](turn_writer& w) { return transfer(w, "MOVE"); }}};
turn const move_all{turn_kind{"move-all", "MOVE of everything", imap, where::writable, +[](turn_writer& w) {
                                if (w.messages() == 0) return false;
                                w.command("MOVE 1:* " + w.any_box());
                                return true;
                              }}};
turn const replace{turn_kind{"replace", "REPLACE by a new message", imap, where::writable, +[](turn_writer& w) {
                               if (w.messages() == 0 || !w.imap().can("REPLACE")) return false;
                               auto const flags = w.chance(30) ? fmt::format(" ({})", w.keyword()) : std::string();
                               auto const box = w.chance(75) ? w.who.box : w.any_box();
                               w.command(
                                   fmt::format("REPLACE {} {}{} {}", w.one_number(), box, flags, w.new_message()));
                               return true;
                             }}};
turn const expunge{turn_kind{"expunge", "EXPUNGE", imap, where::writable, +[](turn_writer& w) {
                               w.command("EXPUNGE");
                               return true;
                             }}};
turn const uid_expunge{turn_kind{"uid-expunge", "UID EXPUNGE", imap, where::writable, +[](turn_writer& w) {
                                   if (w.messages() == 0 || !w.imap().can("UIDPLUS")) return false;
                                   auto const [uid, set] = w.named_set();
                                   w.command("UID EXPUNGE " + (uid.empty() ? std::string("1:*") : set));
                                   return true;
                                 }}};
turn const wipe{turn_kind{"wipe", "marks some and expunges at once", imap, where::writable, +[](turn_writer& w) {
                            if (w.messages() == 0) return false;
                            w.command(fmt::format("STORE {} +FLAGS (\\Deleted)", w.numbers()));
                            w.command("EXPUNGE");
                            return true;
                          }}};
turn const read{turn_kind{"read", "FETCH BODY[]: sets \\Seen", imap, where::selected, +[](turn_writer& w) {
                            if (w.messages() == 0) return false;
                            w.command(fmt::format("FETCH {} BODY[]", w.one_number()));
                            return true;
                          }}};
turn const peek{turn_kind{"peek", "FETCH BODY.PEEK[]", imap, where::selected, +[](turn_writer& w) {
                            if (w.messages() == 0) return false;
                            w.command(fmt::format("FETCH {} (UID BODY.PEEK[])", w.numbers()));
                            return true;
                          }}};
turn const cut_append{
    turn_kind{"cut-append", "an APPEND whose literal is cut off", imap, where::logged_in, +[](turn_writer& w) {
                if (w.told && w.imap().bye) return false;
                auto const n = ++w.notes.written;
                std::string const octets = fmt::format("Subject: cut {}\r\n\r\n{}\r\n", n, std::string(20, 'y'));
                auto const at = w.random.below(octets.size() + 1);
                std::string shown;
                for (char c : octets.substr(0, at)) shown += c == '\r' ? "\\r" : c == '\n' ? "\\n" : std::string(1, c);
                auto const plus = w.imap().can("LITERAL+");
                auto const box = w.selected() ? w.who.box : std::string("INBOX");
                w.act("raw", fmt::format("\"cut{} APPEND {} {{{}{}}}\\r\\n\"", n, box, octets.size(), plus ? "+" : ""));
                if (!plus) w.expect("+ | NO | BAD | closed");
                if (at > 0) w.act("raw", "\"" + shown + "\"");
                w.act(w.chance(50) ? "reset" : "drop");
                return true;
              }}};

}  // namespace
}  // namespace mailrig::stress::turns_mail
