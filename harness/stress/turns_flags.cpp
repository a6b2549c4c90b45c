// turns_flags: what a device does to flags, and how it looks at them.
#include <fmt/format.h>

#include "stress/turn.hpp"

namespace mailrig::stress::turns_flags {
namespace {

using where = turn_kind::where;
constexpr auto imap = history::protocol::imap;

bool store(turn_writer& w, std::string_view sign, std::string const& flags) {
  if (w.messages() == 0) return false;
  auto const [uid, set] = w.named_set();
  w.command(fmt::format("{}STORE {} {}FLAGS{} ({})", uid, set, sign, w.chance(50) ? ".SILENT" : "", flags));
  return true;
}

turn const flag{turn_kind{"flag", "STORE +FLAGS", imap, where::writable,
                          +[](turn_writer& w) { return store(w, "+", w.keyword()); }}};
turn const unflag{turn_kind{"unflag", "STORE -FLAGS", imap, where::writable,
                            +[](turn_writer& w) { return store(w, "-", w.keyword()); }}};
turn const replace{turn_kind{"replace", "STORE FLAGS", imap, where::writable, +[](turn_writer& w) {
                               auto const first = w.keyword(), second = w.keyword();
                               return store(w, "", w.chance(30) ? "" : first == second ? first : first + " " + second);
                             }}};
turn const own_flag{turn_kind{
    "own-flag", "STORE +FLAGS with the device's own keyword on all", imap, where::writable, +[](turn_writer& w) {
      if (w.messages() == 0) return false;
      w.command(fmt::format("STORE 1:* +FLAGS{} (K{})", w.chance(50) ? ".SILENT" : "", w.who.name));
      return true;
    }}};
turn const doom{turn_kind{"doom", "STORE +FLAGS (\\Deleted)", imap, where::writable,
                          +[](turn_writer& w) { return store(w, "+", "\\Deleted"); }}};
turn const spare{turn_kind{"spare", "STORE -FLAGS (\\Deleted)", imap, where::writable,
                           +[](turn_writer& w) { return store(w, "-", "\\Deleted"); }}};
turn const flags{turn_kind{"flags", "FETCH FLAGS", imap, where::selected, +[](turn_writer& w) {
                             if (w.messages() == 0) return false;
                             w.command(fmt::format("FETCH {} (UID FLAGS)", w.numbers()));
                             return true;
                           }}};
turn const learn{turn_kind{"learn", "FETCH 1:* (UID FLAGS)", imap, where::selected, +[](turn_writer& w) {
                             if (w.messages() == 0) return false;
                             w.command("FETCH 1:* (UID FLAGS)");
                             return true;
                           }}};
turn const search{turn_kind{
    "search", "SEARCH by a flag", imap, where::selected, +[](turn_writer& w) {
      static std::vector<std::string> const keys{"FLAGGED",   "UNFLAGGED", "SEEN",       "UNSEEN", "DELETED",
                                                 "UNDELETED", "ANSWERED",  "UNANSWERED", "ALL",    "DRAFT"};
      auto const& key = w.pick(keys);
      w.command(fmt::format("{}SEARCH {}", w.chance(40) ? "UID " : "", w.chance(20) ? "KEYWORD K" + w.who.name : key));
      return true;
    }}};
turn const pipelined{turn_kind{"pipeline", "several commands in one write", imap, where::writable, +[](turn_writer& w) {
                                 if (w.messages() == 0) return false;
                                 std::vector<std::string> lines;
                                 for (auto left = 2 + w.random.below(3); left > 0; --left) {
                                   auto const n = w.numbers();
                                   switch (w.random.below(4)) {
                                     case 0: lines.push_back(fmt::format("FETCH {} (UID FLAGS)", n)); break;
                                     case 1:
                                       lines.push_back(fmt::format("STORE {} +FLAGS ({})", n, w.keyword()));
                                       break;
                                     case 2:
                                       lines.push_back(fmt::format("STORE {} -FLAGS.SILENT ({})", n, w.keyword()));
                                       break;
                                     default: lines.push_back("SEARCH UNSEEN");
                                   }
                                 }
                                 w.pipeline(std::move(lines));
                                 return true;
                               }}};

}  // namespace
}  // namespace mailrig::stress::turns_flags
