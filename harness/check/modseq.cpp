// modseq: mod-sequences only grow, stand for one state of a message each, and conditional STORE and CHANGEDSINCE keep
// to them, over all sessions (RFC 7162 §3.1). Silent where a server tells none.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <unordered_map>

#include "check/told_together.hpp"
#include "model/ext/condstore.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::check::modseq {
namespace {

using model::never;
using model::place;
using wire::imap::response_kind;
using wire::imap::status;

class modseq final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap || i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    if (r.code == "HIGHESTMODSEQ" && i.imap->selecting()) pending_[i.session] = r.code_args().number().value_or(0);
    auto const* opened = out.together().open_mailbox_of(i.session);
    if (!opened || i.imap->selecting() || i.imap->state != model::imap_state::selected) return;
    auto& mine = sessions_[i.session];
    if (mine.since != opened->since) {
      mine = {opened->since, {}, {}};
      highest(i, *opened, out);
    }
    if (r.name == "FETCH") shown(i, *opened, mine, out);
    if (r.kind != response_kind::tagged || !i.command) return;
    if (r.condition == status::ok && i.command->is("STORE")) conditional(i, *opened, out);
    if (r.condition == status::ok && i.command->is("FETCH")) since(i, *opened, mine, out);
    mine.returned.clear();
  }

 private:
  /// A mod-sequence that somebody was told, and the flags that it stands for, where they were told too.
  struct known {
    std::uint64_t value = 0;
    place at = never;
    history::session_id by = 0;
    std::set<std::string> flags;
    bool has_flags = false;
    std::uint64_t greatest = 0;  ///< of the mailbox, when it was told last: what changes later is above it
  };
  /// Of one message, ascending; the oldest are let go of.
  struct past {
    std::vector<known> told;

    known const* last() const { return told.empty() ? nullptr : &told.back(); }
    /// What was told last before `p`: of what is told while a command runs, nobody knows which came first.
    known const* before(place p) const {
      known const* out = nullptr;
      for (auto const& k : told)
        if (k.at < p) out = &k;
      return out;
    }
    known& add(std::uint64_t value, place at, history::session_id by) {
      constexpr std::size_t most = 8;
      if (told.size() == most) told.erase(told.begin());
      return told.emplace_back(known{value, at, by, {}, false, 0});
    }
  };
  struct session {
    place since = never;
    std::unordered_map<std::uint32_t, std::uint64_t> told;
    std::set<std::uint32_t> returned;  ///< by the FETCH that runs
  };
  struct box {
    std::map<std::uint32_t, past> messages;
    std::uint64_t highest = 0;
    place highest_at = never;
    std::uint64_t greatest = 0;  ///< that anybody was told, of a message or of all
  };

  /// Told when the mailbox was opened: no less than anything that was told before.
  void highest(item const& i, model::ledger::open_mailbox const& opened, report& out) {
    auto const value = std::exchange(pending_[i.session], 0);
    if (value == 0) return;
    auto& b = boxes_[opened.box];
    std::uint64_t least = b.highest_at < opened.since ? b.highest : 0;
    for (auto const& [uid, p] : b.messages)
      if (auto const* k = p.before(opened.since)) least = std::max(least, k->value);
    if (value < least)
      out.add(i, {"highest",
                  fmt::format("HIGHESTMODSEQ {} of {}, {} was told before", value, opened.box->name, least),
                  {fmt::format("{} or more", least)},
                  0,
                  {}});
    b.greatest = std::max(b.greatest, value);
    if (value > b.highest) b.highest = value, b.highest_at = out.together().now() + 1;
  }

  void shown(item const& i, model::ledger::open_mailbox const& opened, session& mine, report& out) {
    auto const uid = model::told_uid(*i.imap, *i.response);
    std::uint64_t value = 0;
    model::for_each_item(*i.response, [&](auto name, auto data) {
      if (name.names("MODSEQ")) value = data.is_list() ? data.first().number().value_or(0) : 0;
    });
    if (uid == 0) return;
    mine.returned.insert(uid);
    if (value == 0) return;
    auto& own = mine.told[uid];
    auto& p = boxes_[opened.box].messages[uid];
    auto const* earlier = p.before(opened.since);
    auto const least = std::max(own, earlier ? earlier->value : 0);
    if (value < least) {
      remark r{
          "falls", fmt::format("MODSEQ {} of UID {}, {} was told before", value, uid, least), {"it only grows"}, 2, {}};
      r.story.push_back(
          {{}, own == least ? i.session : earlier->by, fmt::format("was told MODSEQ {} of UID {}", least, uid)});
      r.story.push_back({i.at, i.session, fmt::format("is told MODSEQ {}", value)});
      return out.add(i, std::move(r));
    }
    own = value;
    auto const greatest = boxes_[opened.box].greatest = std::max(boxes_[opened.box].greatest, value);
    auto flags = model::told_flags(*i.response);
    // A flag that lasts for the session only (§7.1 of RFC 3501, PERMANENTFLAGS) has no mod-sequence to change.
    if (opened.read_only) flags.reset();
    auto const same = std::ranges::find(p.told, value, &known::value);
    if (same == p.told.end()) {
      if (p.last() && value < p.last()->value) return;
      auto& k = p.add(value, out.together().now() + 1, i.session);
      k.greatest = greatest;
      if (flags) k.flags = *flags, k.has_flags = true;
      return;
    }
    auto& k = *same;
    k.greatest = greatest;
    // Of a message that another session has expunged, FETCH may tell what an empty one has (RFC 2180 §4.1.3).
    if (flags && flags->empty() && out.together().may_be_gone(i.session, uid)) return;
    if (flags && k.has_flags && differ(k.flags, *flags, opened)) {
      remark r{"state",
               fmt::format("UID {} has MODSEQ {} with flags ({}) and with ({})", uid, value, fmt::join(k.flags, " "),
                           fmt::join(*flags, " ")),
               {"a new MODSEQ for each change"},
               2,
               {}};
      r.story.push_back({{}, k.by, fmt::format("was told UID {} MODSEQ {} ({})", uid, value, fmt::join(k.flags, " "))});
      r.story.push_back(
          {i.at, i.session, fmt::format("is told UID {} MODSEQ {} ({})", uid, value, fmt::join(*flags, " "))});
      return out.add(i, std::move(r));
    }
    if (flags) k.flags = *flags, k.has_flags = true;
  }

  static bool differ(std::set<std::string> const& a, std::set<std::string> const& b,
                     model::ledger::open_mailbox const& opened) {
    std::set<std::string> only_one;
    std::ranges::set_symmetric_difference(a, b, std::inserter(only_one, only_one.end()));
    return std::ranges::any_of(only_one, [&](auto const& f) {
      return !opened.permanent || opened.permanent->contains(f) || (f[0] != '\\' && opened.permanent->contains("\\*"));
    });
  }

  /// What the STORE names has changed since for certain. A server may keep a mod-sequence for each flag (§3.1), and
  /// should not refuse +FLAGS or -FLAGS because of another (§3.1.3): then the named ones must be seen to differ.
  static known const* changed(past const& p, std::uint64_t since, place sent, model::ledger::store_request const& c) {
    auto const* now = p.before(sent);
    if (!now || now->value <= since) return nullptr;
    if (c.item.starts_with("FLAGS")) return now;
    // What it was at `since`: nothing that nobody was told of came between.
    known const* then = nullptr;
    for (auto const& k : p.told)
      if (k.value <= since && k.at < sent) then = &k;
    bool const differ =
        then && then->has_flags && then->greatest >= since && now->has_flags &&
        std::ranges::any_of(c.flags, [&](auto const& f) { return then->flags.contains(f) != now->flags.contains(f); });
    return differ ? now : nullptr;
  }

  /// STORE (UNCHANGEDSINCE n): who was told a greater MODSEQ before it was sent knows that it must fail.
  void conditional(item const& i, model::ledger::open_mailbox const& opened, report& out) {
    auto const asked = model::read_condstore(i.command->sent).unchanged_since;
    auto const d = out.together().operation_of(i);
    if (!asked || !d) return;
    auto const base_value = *asked;
    std::optional<wire::imap::sequence_set> failed;
    if (i.response->code == "MODIFIED") failed = wire::imap::sequence_set::parse(i.response->code_args().raw());
    std::size_t n = 0;
    auto const slots = model::named_slots(*i.imap, i.command->sent);
    auto const request = model::ledger::read_store(i.command->sent);
    for (auto const& s : slots) {
      n = i.imap->view.number_of(s.serial).value_or(0);
      auto const& messages = boxes_[opened.box].messages;
      auto const k = messages.find(s.uid);
      auto const life = opened.box->messages.find(s.uid);
      if (s.uid == 0 || k == messages.end()) continue;
      auto const* known = changed(k->second, base_value, d->from, request);
      if (!known || life == opened.box->messages.end() || life->second.gone != never) continue;
      if (failed && failed->contains(i.command->sent.uid ? s.uid : std::uint32_t(n), 0)) continue;
      remark r{"unchangedsince",
               fmt::format("UID {} has MODSEQ {}, and a STORE unless changed since {} was done", s.uid, known->value,
                           base_value),
               {fmt::format("[MODIFIED {}]", i.command->sent.uid ? s.uid : n)},
               0,
               {}};
      r.story.push_back({{}, known->by, fmt::format("was told MODSEQ {} of UID {}", known->value, s.uid)});
      tell(r.story, d);
      return out.add(i, std::move(r));
    }
  }

  /// FETCH 1:* (CHANGEDSINCE n): all that is known to be newer comes.
  void since(item const& i, model::ledger::open_mailbox const& opened, session const& mine, report& out) {
    if (i.command->sent.arg(0) != "1:*") return;
    auto const asked = model::read_condstore(i.command->sent).changed_since;
    auto const d = out.together().operation_of(i);
    if (!asked || !d) return;
    auto const base_value = *asked;
    for (auto const& s : i.imap->view.slots()) {
      auto const& messages = boxes_[opened.box].messages;
      auto const k = messages.find(s.uid);
      auto const life = opened.box->messages.find(s.uid);
      auto const* known = k == messages.end() ? nullptr : k->second.before(opened.since);
      if (s.uid == 0 || !known || known->value <= base_value) continue;
      if (life == opened.box->messages.end() || life->second.gone != never || opened.box->cause(life->second, never))
        continue;
      if (mine.returned.contains(s.uid)) continue;
      remark r{"changedsince",
               fmt::format("UID {} has MODSEQ {}, and FETCH of what changed since {} leaves it out", s.uid,
                           known->value, base_value),
               {fmt::format("UID {}", s.uid)},
               0,
               {}};
      r.story.push_back({{}, known->by, fmt::format("was told MODSEQ {} of UID {}", known->value, s.uid)});
      tell(r.story, d);
      return out.add(i, std::move(r));
    }
  }

  std::map<void const*, box> boxes_;
  per_session<session> sessions_{this};
  std::map<history::session_id, std::uint64_t> pending_;
};

checker_kind const kind{
    "modseq",
    "Mod-sequences grow, and each stands for one state of a message.",
    {{"falls", "RFC7162-3.1-04", "The mod-sequence of a message never falls."},
     {"state", "RFC7162-3.1-04", "Different flags have different mod-sequences."},
     {"highest", "RFC7162-3.1.2.1-03", "HIGHESTMODSEQ is no less than what was told before.", "RFC7162-3.1.2.1-02"},
     {"unchangedsince", "RFC7162-3.1.3-04", "STORE with UNCHANGEDSINCE leaves what has changed.", "RFC7162-3.1.3-06"},
     {"changedsince", "RFC7162-3.1.4.1-02", "CHANGEDSINCE returns all that has changed."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<modseq>(); },
    true,
    kinds::everything,
    told::numbers | told::messages};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::modseq
