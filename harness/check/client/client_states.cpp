// client_states: commands are sent in the states that they belong to (RFC 3501 §3), and a client takes its leave
// (§3.4).
#include <fmt/format.h>

#include <algorithm>

#include "check/client/client_checker.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::check::client_states {
namespace {

using model::imap_state;
using wire::imap::state_bit;

/// While one of these runs, or crosses the next command, its sender may count on how it will end.
bool moves(model::imap_command const& c) {
  constexpr std::string_view all[] = {"LOGIN", "AUTHENTICATE", "STARTTLS", "SELECT",         "EXAMINE",
                                      "CLOSE", "UNSELECT",     "LOGOUT",   "UNAUTHENTICATE", "DELETE"};
  return std::ranges::find(all, c.sent.name) != std::end(all);
}

/// Who closes sooner has not waited.
constexpr auto some_patience = std::chrono::seconds(1);
/// Whom the server has owed an answer so long may take its leave of one that seems dead.
constexpr auto long_patience = std::chrono::seconds(5);

bool permits(std::uint8_t states, imap_state now) {
  auto const has = [&](state_bit b) { return (states & std::uint8_t(b)) != 0; };
  switch (now) {
    case imap_state::not_authenticated: return has(state_bit::not_authenticated);
    case imap_state::authenticated: return has(state_bit::authenticated);
    case imap_state::selected: return has(state_bit::authenticated) || has(state_bit::selected);
    default: return true;
  }
}

class client_states final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    if (i.kind == item_kind::ended) return left(i, out);
    auto& mine = memory_[i.session];
    if (i.kind == item_kind::response) mine.heard = i.at;
    if (i.kind != item_kind::command) return;
    auto const& running = i.imap->in_progress;
    bool const alone = running.size() < 2;
    bool const may_cross = mine.pipelines && mine.before != i.imap->state;
    bool const moving =
        std::ranges::any_of(running, [&](auto const& c) { return c.serial != i.command->serial && moves(c); });
    if (!moving && !may_cross && !i.imap->bye) in_state(i, out);
    if (i.command->is("ENABLE") && mine.selects)
      out.add(i, {"enable-late",
                  "ENABLE is sent after SELECT or EXAMINE",
                  {"ENABLE before the first SELECT or EXAMINE of the connection"}});
    mine.pipelines = mine.pipelines || !alone;
    mine.before = i.imap->state;
    mine.selects = mine.selects || i.command->is("SELECT") || i.command->is("EXAMINE");
    mine.leaves = mine.leaves || i.command->is("LOGOUT");
  }

 private:
  struct known {
    imap_state before = imap_state::greeting;  ///< when the last command was sent
    base::instant heard{};                     ///< the server's last response
    bool pipelines = false, selects = false, leaves = false;
  };

  static void in_state(item const& i, report& out) {
    auto const& c = *i.command;
    auto const* rule = wire::imap::find_command(c.sent.name, c.sent.uid);
    auto const now = i.imap->state;
    if (!rule || permits(rule->states, now)) return;
    auto const text = fmt::format("{} is sent in {} state", called(c), name_of(now));
    if (now == imap_state::not_authenticated)
      out.add(i, {"unauthenticated", text, {"LOGIN or AUTHENTICATE, and the OK to it, first"}});
    else if ((rule->states & std::uint8_t(state_bit::authenticated)) == 0 && now == imap_state::authenticated &&
             (rule->states & std::uint8_t(state_bit::selected)) != 0)
      out.add(i, {"unselected", text, {"SELECT or EXAMINE, and the OK to it, first"}});
    else
      out.add(i, {"authenticated", text, {"what belongs to not authenticated state is sent before the login"}});
  }

  /// An older command had no answer for long, and nothing else had come.
  bool silent_before(item const& i, model::imap_command const& goodbye) {
    auto const* oldest = i.imap->oldest();
    auto const heard = memory_[i.session].heard;
    return oldest->serial != goodbye.serial && goodbye.begun - std::max(oldest->begun, heard) >= long_patience;
  }

  /// Whoever wrote the record knows that it was the client that ended the connection.
  void left(item const& i, report& out) {
    auto const& mine = memory_[i.session];
    auto const* goodbye = i.imap->running("LOGOUT");
    // Who has waited for an answer that does not come may give up.
    bool const gave_up = goodbye && (i.at - goodbye->begun >= some_patience || silent_before(i, *goodbye));
    if (i.octets == "client closed" && goodbye && !i.imap->bye && !gave_up)
      return out.add(i, {"unread",
                         "the client sent LOGOUT, and closed the connection before it was answered",
                         {"the tagged OK to LOGOUT is read first"}});
    if (i.octets != "client closed" || mine.leaves || i.imap->bye || i.imap->state == imap_state::greeting) return;
    out.add(i, {"leave", "the client closed the connection and had sent no LOGOUT", {"LOGOUT, and the OK to it"}});
  }

  per_session<known> memory_{this};
};

client_checker_kind const kind{
    {"client-states",
     "The client sends each command in a state that it belongs to, and LOGOUT at the end.",
     {{"unauthenticated", "RFC3501-3.1-01", "Before the login only commands of that state are sent."},
      {"unselected", "RFC3501-3.2-01", "Commands that affect messages come after a mailbox is selected."},
      {"authenticated", "RFC3501-3-02", "LOGIN, AUTHENTICATE and STARTTLS are sent before the login only."},
      {"enable-late", "RFC5161-3.1-11", "ENABLE is not sent once a mailbox was selected.", "RFC6855-3-08"},
      {"leave", "RFC3501-3.4-04", "The client does not just close the connection."},
      {"unread", "RFC3501-3.4-02", "The answer to LOGOUT is read before the connection is closed."}},
     +[]() -> std::unique_ptr<checker> { return std::make_unique<client_states>(); },
     false,
     kinds::commands | kinds::untagged | kinds::tagged | kinds::rest,
     told::mailboxes | told::completions}};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::client_states
