// recents: what was appended to a mailbox that nobody has open is \Recent for whoever selects it next; STATUS and
// EXAMINE take nothing of it away (RFC 3501 §2.3.2, §6.3.2, §6.3.10, §6.3.11).
#include <fmt/format.h>

#include "base/text.hpp"
#include "check/checker.hpp"

namespace mailrig::check::recents {
namespace {

using wire::imap::status;

class recents final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.pop3) {
      // Whether a POP3 session is told of mail in this sense, no text says.
      if (i.kind != item_kind::opened) doubt_all();
      return;
    }
    if (!i.imap) return;
    if (i.kind == item_kind::command) return asked(i);
    // The server may still have the mailbox open for a client that is gone.
    if (i.kind == item_kind::ended && i.imap->state != model::imap_state::logout) return lost(i);
    if (i.kind != item_kind::response || i.response->violation) return;
    // Who speaks IMAP4rev2 ignores it (RFC 9051 §6.3.2).
    if (i.response->is("RECENT") && i.imap->selecting() && !i.imap->rev2) sitting_[i.session].told = i.response->number;
    if (i.response->is("STATUS")) counted(i);
    if (i.command && i.response->kind == wire::imap::response_kind::tagged) answered(i, out);
  }

 private:
  struct box {
    std::size_t fresh = 0;                    ///< appended since anybody had it open
    std::size_t open = 0;                     ///< sessions that have it open for writing, or ask for it
    std::uint64_t epoch = 0;                  ///< grows when a session opens or leaves it
    bool haunted = false;                     ///< a connection was cut: who has it open is not known
    std::string_view since = {};              ///< STATUS, EXAMINE: answered since the first of `fresh` came
    std::optional<std::uint64_t> shown = {};  ///< the most RECENT that they told of
  };
  struct sitting {
    std::string where, asked_for;  ///< keys; empty: none
    std::size_t owed = 0;
    std::uint64_t epoch = 0;  ///< of what it asks for, when it asked
    std::string_view since = {};
    std::optional<std::uint64_t> shown, told;
    std::map<std::uint32_t, std::uint64_t> appends;  ///< by serial: the epoch in which it was sent
  };
  static constexpr std::size_t most = 4096;

  static std::string key(item const& i, std::string_view mailbox) {
    return i.imap->account + "\n" + model::canonical_mailbox(mailbox);
  }

  void asked(item const& i) {
    auto const& c = i.command->sent;
    auto& here = sitting_[i.session];
    overfull_ = overfull_ || boxes_.size() > most;
    if (overfull_) return boxes_.clear();
    if (c.name == "APPEND") here.appends[i.command->serial] = boxes_[key(i, c.arg(0))].epoch;
    // What else brings or takes mail or names may have any effect on what is recent.
    if (c.name == "RENAME" || c.name == "DELETE") doubt_all();
    if (c.name == "NOTIFY") boxes_[key(i, "INBOX")].haunted = true;
    if (c.name == "EXAMINE") here.told.reset();
    if (c.name != "SELECT") return;
    auto& b = boxes_[here.asked_for = key(i, c.arg(0))];
    here.owed = b.open == 0 && !b.haunted && i.imap->in_progress.size() == 1 ? b.fresh : 0;
    here.since = b.since;
    here.shown = b.shown;
    here.told.reset();
    b.fresh = 0;
    b.since = {};
    b.shown.reset();
    ++b.open;
    here.epoch = ++b.epoch;
  }

  /// STATUS (RECENT).
  void counted(item const& i) {
    auto const b = boxes_.find(key(i, i.response->args().text()));
    for (auto v = i.response->args().next().first(); v; v = v.next().next())
      if (v.names("RECENT")) shown(b == boxes_.end() ? nullptr : &b->second, v.next().number());
  }

  /// So many are recent by the answer to STATUS, EXAMINE or SELECT.
  void shown(box* b, std::optional<std::uint64_t> recent) {
    if (!recent) return;
    ever_ = ever_ || *recent > 0;
    if (b && b->fresh > 0) b->shown = std::max(b->shown.value_or(0), *recent);
  }

  /// Who has them open is known still, what is recent in them is not.
  void doubt_all() {
    for (auto& [name, b] : boxes_) b.fresh = 0, ++b.epoch;
  }

  void leave(std::string& where) {
    if (where.empty()) return;
    auto& b = boxes_[where];
    if (b.open > 0) --b.open;
    ++b.epoch;
    where.clear();
  }

  void lost(item const& i) {
    auto& here = sitting_[i.session];
    for (auto* where : {&here.where, &here.asked_for}) {
      if (!where->empty()) boxes_[*where].haunted = true;
      leave(*where);
    }
    here = {};
  }

  void answered(item const& i, report& out) {
    if (overfull_) return;
    auto const& c = i.command->sent;
    auto& here = sitting_[i.session];
    bool const ok = i.response->condition == status::ok;
    if (c.name == "APPEND") {
      auto const sent = here.appends.extract(i.command->serial);
      auto& b = boxes_[key(i, c.arg(0))];
      if (ok && sent && sent.mapped() == b.epoch && b.open == 0 && b.fresh++ == 0) b.since = {}, b.shown.reset();
    }
    if (ok && (c.name == "STATUS" || c.name == "EXAMINE")) {
      auto const b = boxes_.find(key(i, c.arg(0)));
      if (b != boxes_.end() && b->second.fresh > 0) b->second.since = c.name == "STATUS" ? "STATUS" : "EXAMINE";
      if (c.name == "EXAMINE") shown(b == boxes_.end() ? nullptr : &b->second, here.told);
    }
    bool const leaves = c.name == "CLOSE" || c.name == "UNSELECT" || c.name == "LOGOUT";
    bool const selects = c.name == "SELECT" || c.name == "EXAMINE";
    // After BAD a server may have kept what was selected.
    if (selects && i.response->condition == status::bad && !here.where.empty()) boxes_[here.where].haunted = true;
    if (selects || (leaves && ok)) leave(here.where);
    if (c.name != "SELECT") return;
    if (!ok) return leave(here.asked_for);
    here.where = std::exchange(here.asked_for, {});
    shown(nullptr, here.told);
    if (i.response->code == "READ-ONLY" || !here.told || *here.told >= here.owed) return;
    // Of several that select at once, it is undefined who is told (RFC 3501 §2.3.2).
    if (boxes_[here.where].epoch != here.epoch) return;
    // Whoever took it away, it must have been there: what was told meanwhile says so, or else that mail is recent here.
    bool const taken = !here.since.empty() && (here.shown ? *here.shown > *here.told : ever_);
    auto const rule = !taken ? "appended" : here.since == "STATUS" ? "status" : "examine";
    out.add(i, {rule,
                fmt::format("{} RECENT, and {} messages came to {} since anybody had it open{}", *here.told, here.owed,
                            base::printable(c.arg(0)), meanwhile(here, taken)),
                {fmt::format("* {} RECENT, or more", here.owed)},
                0,
                {}});
  }

  static std::string meanwhile(sitting const& here, bool taken) {
    if (here.since.empty()) return {};
    if (taken) return fmt::format("; meanwhile came {}", here.since);
    if (here.shown) return fmt::format("; meanwhile came {}, which told of no more", here.since);
    return fmt::format("; meanwhile came {}, but no mail has been recent to anybody", here.since);
  }

  std::map<std::string, box> boxes_;  ///< by account and name
  bool ever_ = false;                 ///< somebody was told that something is recent
  bool overfull_ = false;             ///< more mailboxes than are kept: nothing more is judged
  per_session<sitting> sitting_{this};
};

checker_kind const kind{
    "recents",
    "What came while nobody looked is \\Recent for whoever looks first.",
    {{"appended", "RFC3501-6.3.11-03", "What was appended is \\Recent in the session that selects next."},
     {"status", "RFC3501-6.3.10-02", "STATUS takes \\Recent from no message."},
     {"examine", "RFC3501-6.3.2-03", "EXAMINE takes \\Recent from no message."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<recents>(); },
    true,
    kinds::everything,
    told::mailboxes | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::recents
