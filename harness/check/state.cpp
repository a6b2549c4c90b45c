// state: data come only where they can mean something, and sessions end as they should (RFC 3501 §3, §6.1.3, §6.3.1,
// §7).
#include <fmt/format.h>

#include "base/text.hpp"
#include "check/checker.hpp"

namespace mailrig::check::state {
namespace {

using model::imap_state;
using wire::imap::status;

class state final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::ended && i.imap) return end(i, out);
    if (i.kind == item_kind::secured) securing_[i.session] = false;
    // Of several that were sent at once, each has its data before its own tagged OK.
    if (i.kind == item_kind::command && selects(*i.command) && i.imap->in_progress.size() == 1) memory_[i.session] = {};
    if (i.kind == item_kind::command && i.command->is("AUTHENTICATE"))
      heard_[i.session] = !i.command->sent.arg(1).empty();
    if (i.kind != item_kind::response) return;
    auto const& r = *i.response;
    if (securing_[i.session]) out.add(i, {"in-the-clear", {}, {"the TLS handshake"}, 0});
    if (r.kind == wire::imap::response_kind::continuation) heard_[i.session] = true;
    if (r.kind == wire::imap::response_kind::untagged) untagged(i, out);
    if (i.command && r.condition == status::ok) completed(i, out);
    if (i.command && selects(*i.command)) memory_[i.session] = {};
  }

 private:
  struct told {
    bool flags = false, exists = false, recent = false;
  };

  static bool selects(model::imap_command const& c) { return c.is("SELECT") || c.is("EXAMINE"); }

  void untagged(item const& i, report& out) {
    auto const& r = *i.response;
    auto const& s = *i.imap;
    auto& m = memory_[i.session];
    m.flags |= r.is("FLAGS");
    m.exists |= r.is("EXISTS");
    m.recent |= r.is("RECENT");
    bool const of_mailbox =
        r.is("FLAGS") || r.is("EXISTS") || r.is("RECENT") || r.is("EXPUNGE") || r.is("FETCH") || r.is("VANISHED");
    if (of_mailbox && s.state != imap_state::selected && !s.selecting() && s.state != imap_state::greeting)
      out.add(i, {"mailbox-data", fmt::format("{} while no mailbox is selected", r.name), {}, 2});
    if (r.is("SEARCH") && !s.runs("SEARCH"))
      out.add(i, {"search-unasked", {}, {"SEARCH data only while SEARCH runs"}, 2});
    if (r.is("LSUB") && !s.runs("LSUB")) out.add(i, {"list-unasked", "LSUB data without LSUB", {}, 2});
    // RFC 5819 §2: LIST too; RFC 5465 §3.1, §5: unasked, once NOTIFY asked for it.
    if (r.is("STATUS") && !s.runs("STATUS") && !s.runs("LIST") && !s.notified)
      out.add(i, {"status-unasked", {}, {}, 2});
  }

  void completed(item const& i, report& out) {
    auto const& r = *i.response;
    auto const& c = *i.command;
    auto& m = memory_[i.session];
    if (c.is("STARTTLS")) securing_[i.session] = true;
    if (c.is("SELECT") || c.is("EXAMINE")) {
      auto const lacks = !m.flags ? "FLAGS" : !m.exists ? "EXISTS" : !m.recent ? "RECENT" : nullptr;
      // RFC 9051 §6.3.2 has no RECENT.
      if (lacks && !(i.imap->rev2 && m.flags && m.exists))
        out.add(i,
                {"select-data", fmt::format("no {} before the tagged OK", lacks), {fmt::format("* {} ...", lacks)}, 0});
      if (c.is("EXAMINE") && r.code != "READ-ONLY")
        out.add(i, {"examine-code", {}, {"OK [READ-ONLY] ..."}, c.sent.tag.size() + 4});
    }
    if (c.is("IDLE") && c.continued && !c.released) out.add(i, {"idle-over", {}, {"nothing but data, or BYE"}, 0});
    if (c.is("LOGOUT") && !i.imap->bye) out.add(i, {"logout-bye", {}, {"* BYE ... before the tagged OK"}, 0});
    if (c.is("LOGIN") || c.is("AUTHENTICATE"))
      if (i.imap->state >= imap_state::authenticated) out.add(i, {"login-again", {}, {"BAD", "NO"}, 0});
    if (c.is("AUTHENTICATE") && !heard_[i.session])
      out.add(i, {"login-unproven",
                  fmt::format("{} is answered OK, and the client has said nothing", base::printable(c.sent.arg(0))),
                  {"NO", "BAD"},
                  0});
  }

  void end(item const& i, report& out) {
    // While TLS is being agreed on nothing can be said.
    if (std::exchange(securing_[i.session], char(false))) return;
    if (i.octets == "server closed" && !i.imap->bye && i.imap->state != imap_state::logout)
      out.add(i, {"no-bye", {}, {"* BYE ... first"}, 0});
  }

  per_session<told> memory_{this};
  per_session<char> heard_{this};     ///< the client sent, or could send, something for AUTHENTICATE
  per_session<char> securing_{this};  ///< STARTTLS was answered OK, and TLS is not up yet
};

checker_kind const kind{
    "state",
    "Data come where they can mean something, and sessions end as they should.",
    {{"mailbox-data", "RFC3501-7.3.1-01", "Mailbox data come for a selected mailbox only."},
     // Whoever did not ask for data ignores them (§7); that they came is told.
     {"search-unasked", "RFC3501-2.2.2-02", "SEARCH data come as a result of SEARCH.", "RFC3501-6.4.4-01"},
     {"list-unasked", "RFC3501-2.2.2-02", "LSUB data come as a result of LSUB.", "RFC3501-6.3.9-05"},
     {"status-unasked", "RFC3501-2.2.2-02", "STATUS data come as a result of STATUS.", "RFC3501-7.2.4-01"},
     {"select-data", "RFC3501-6.3.1-01", "SELECT tells FLAGS, EXISTS and RECENT."},
     {"examine-code", "RFC3501-6.3.2-04", "EXAMINE's OK begins with [READ-ONLY]."},
     {"login-again", "RFC3501-6.2-01", "There is no second authentication."},
     {"login-unproven", "RFC3501-6.2.2-04", "Nobody is authenticated who has proved nothing."},
     {"logout-bye", "RFC3501-6.1.3-01", "BYE comes before LOGOUT's tagged OK."},
     {"idle-over", "RFC2177-3-10", "IDLE ends when the client says DONE."},
     {"in-the-clear", "RFC2595-3.1-02", "TLS begins behind the OK of STARTTLS, and nothing is said before."},
     {"no-bye", "RFC3501-3.4-03", "The server says BYE before it closes.", "RFC2180-3.3-02"}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<state>(); },
    false,
    kinds::commands | kinds::untagged | kinds::tagged | kinds::rest,
    told::capabilities | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::state
