// modseq_steps: each change of flags, each arrival and each removal has a mod-sequence of its own, greater than what
// was before, and a conditional STORE does what its condition says (RFC 7162 §3.1, §3.1.3, §3.2.7), as far as nobody
// else was at it.
#include <fmt/format.h>

#include <algorithm>

#include "check/told_together.hpp"
#include "model/ext/modseq_book.hpp"
#include "model/ext/utf8_names.hpp"
#include "model/fetch_request.hpp"
#include "model/mail_truth.hpp"

namespace mailrig::check::modseq_steps {
namespace {

using model::never;
using model::place;
using wire::imap::response_kind;
using wire::imap::sequence_set;
using wire::imap::status;

class modseq_steps final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    if (i.kind == item_kind::command) asked(i, out);
    if (i.kind == item_kind::response && !i.response->violation) response(i, out);
  }

 private:
  struct step {
    history::session_id by = 0;
    place from = never;
    std::string words;
  };
  struct box {
    std::map<std::uint64_t, step> taken;                                  ///< by value: the STORE that made it
    std::map<history::session_id, std::pair<place, std::uint64_t>> last;  ///< whose STORE was answered, its greatest
    /// By UID and condition: what a conditional STORE of all flags told, which was done.
    std::map<std::pair<std::uint32_t, std::uint64_t>, std::pair<history::session_id, std::uint64_t>> won;
    std::map<std::uint32_t, std::uint64_t> born_above;  ///< UID -> what it must be greater than
  };
  struct asking {
    place status = never;
    std::map<std::uint32_t, std::uint64_t> least;  ///< serial of what brings messages -> greatest of the mailbox then
  };

  void asked(item const& i, report& out) {
    auto const& c = i.command->sent;
    if (c.name == "SELECT" || c.name == "EXAMINE") highest_[i.session] = 0;
    if (c.name == "STATUS") asking_[i.session].status = out.together().now() + 1;
    if (!model::brings_mail(c)) return;
    auto const* target = out.together().find(i.imap->account, model::target_of(c));
    auto const* b = out.modseqs().find(target);
    if (!b) return;
    std::uint64_t least = 0;
    for (auto const& [uid, f] : b->messages)
      if (auto const* m = f.least > least ? target->find(uid) : nullptr;
          m && m->gone == never && !target->cause(*m, never))
        least = f.least;
    asking_[i.session].least[i.command->serial] = least;
  }

  void response(item const& i, report& out) {
    auto const& r = *i.response;
    if (r.is("STATUS")) counted(i, out);
    if (r.code == "HIGHESTMODSEQ" && i.imap->selecting()) highest_[i.session] = r.code_args().number().value_or(0);
    if (r.code == "APPENDUID" || r.code == "COPYUID") named(i, out);
    if (r.kind != response_kind::tagged || !i.command) return;
    bool const ok = r.condition == status::ok;
    auto const* c = out.modseqs().change_of(i);
    if (ok && c && i.command->is("STORE")) stored(i, *c, out);
    if (ok && c && i.command->is("FETCH")) grown(i, *c, {}, out);
    if (ok && c && i.command->is("EXPUNGE")) expunged(i, *c, out);
    if (auto const* box = model::mailbox_of(i, out.together())) read(i, *box, out);
    asking_[i.session].least.erase(i.command->serial);
  }

  /// What STORE and FETCH changed has a greater mod-sequence; of STORE also one that no other has.
  static std::uint64_t grown(item const& i, model::modseq_change const& c, std::set<std::uint32_t> const& failed,
                             report& out) {
    std::uint64_t smallest = 0;
    for (auto const& [uid, value] : out.modseqs().told(i.session)) {
      auto const t = c.targets.find(uid);
      if (t == c.targets.end() || !t->second.certain || failed.contains(uid) || !out.modseqs().alone(c, uid)) continue;
      auto const before = std::max(t->second.value, t->second.least);
      if (before > 0 && value <= before) {
        remark r{"unchanged",
                 fmt::format("the flags of UID {} were changed, and its MODSEQ is {} as before", uid, value),
                 {fmt::format("MODSEQ ({}) or more", before + 1)},
                 0,
                 {},
                 row_of(i)};
        tell(r.story, out.together().operation_of(i));
        out.add(i, std::move(r));
        return 0;
      }
      smallest = smallest == 0 ? value : std::min(smallest, value);
    }
    return smallest;
  }
  static std::string_view row_of(item const& i) {
    if (i.command->is("FETCH")) return "RFC7162-3.1.4.2-02";
    return i.command->sent.arg(1).starts_with('(') ? "RFC7162-3.1.3-02" : "RFC7162-3.1.3-15";
  }

  void stored(item const& i, model::modseq_change const& c, report& out) {
    auto const wants = model::read_condstore(i.command->sent);
    std::set<std::uint32_t> failed;
    if (i.response->code == "MODIFIED") failed = modified(i, out);
    if (wants.unchanged_since) conditional(i, c, *wants.unchanged_since, failed, out);
    auto const smallest = grown(i, c, failed, out);
    if (smallest == 0) return;
    auto& b = boxes_[c.box];
    auto const d = out.together().operation_of(i);
    auto& [answered, greatest] = b.last[i.session];
    if (answered < c.from && smallest <= greatest) {
      remark r{"order",
               fmt::format("this STORE has MODSEQ {}, the one before it of this session has {}", smallest, greatest),
               {fmt::format("MODSEQ ({}) or more", greatest + 1)},
               0,
               {}};
      tell(r.story, d);
      out.add(i, std::move(r));
    }
    answered = out.together().now() + 1;
    for (auto const& [uid, value] : out.modseqs().told(i.session)) {
      auto const t = c.targets.find(uid);
      if (t == c.targets.end() || !t->second.certain || failed.contains(uid) || !out.modseqs().alone(c, uid)) continue;
      greatest = std::max(greatest, value);
      auto const [other, fresh] = b.taken.emplace(value, step{i.session, c.from, d ? d->words : ""});
      if (fresh || (other->second.by == i.session && other->second.from == c.from)) continue;
      remark r{"shared",
               fmt::format("MODSEQ {} of UID {} is that of another STORE", value, uid),
               {"a MODSEQ for each STORE"},
               0,
               {}};
      r.story.push_back({{}, other->second.by, fmt::format("had MODSEQ {} of {}", value, other->second.words)});
      tell(r.story, d);
      out.add(i, std::move(r));
    }
    if (b.taken.size() > 20000) b.taken.erase(b.taken.begin());
  }

  /// The UIDs that MODIFIED tells, as far as they are known; it tells nothing that the command did not name.
  static std::set<std::uint32_t> modified(item const& i, report& out) {
    std::set<std::uint32_t> uids;
    auto const set = sequence_set::parse(i.response->code_args().raw());
    auto const told = set ? set->expand(10000) : std::nullopt;
    auto const asked = sequence_set::parse(i.command->sent.arg(0));
    if (!told || !asked) return uids;
    bool const uid = i.command->sent.uid;
    bool const open = uid && asked->has_star();
    auto const last = uid ? sequence_set::star : std::uint32_t(i.imap->view.size());
    for (auto const n : *told) {
      if (!open && !asked->contains(n, last)) {
        out.add(i, {"foreign",
                    fmt::format("MODIFIED names {}, which the STORE does not", n),
                    {"message numbers for STORE, UIDs for UID STORE"},
                    i.response->code_args().offset()});
        break;
      }
      if (uid)
        uids.insert(n);
      else if (n >= 1 && n <= i.imap->view.size())
        uids.insert(i.imap->view.at(n).uid);
    }
    return uids;
  }

  void conditional(item const& i, model::modseq_change const& c, std::uint64_t since,
                   std::set<std::uint32_t> const& failed, report& out) {
    auto const wish = model::ledger::read_store(i.command->sent);
    bool const system = std::ranges::any_of(wish.flags, [](auto const& f) { return f[0] == '\\'; });
    for (auto const& [uid, t] : c.targets) {
      auto const* m = c.box->find(uid);
      if (!m || m->gone != never || c.box->cause(*m, out.together().now() + 1)) continue;
      bool const refused = failed.contains(uid);
      if (since == 0 && system && !refused && c.targets.size() < 10000)
        return out.add(i, {"zero",
                           fmt::format("UNCHANGEDSINCE 0 of a system flag, and UID {} is changed", uid),
                           {"[MODIFIED ...] that names it"},
                           0});
      if (!refused && t.certain && out.modseqs().alone(c, uid) && !out.modseqs().told(i.session).contains(uid))
        return out.add(i, {"conditional",
                           fmt::format("STORE unless changed has changed UID {}, and its MODSEQ is not told", uid),
                           {fmt::format("* n FETCH (UID {} MODSEQ (n)), also with .SILENT", uid)},
                           0});
      if (!refused && since > 0 && since <= c.highest && wish.item.starts_with("FLAGS"))
        won(i, *c.box, uid, since, out);
      if (!refused || t.value == 0 || !out.modseqs().alone(c, uid)) continue;
      if (since > 0 && t.value <= since)
        return out.add(
            i, {"spurious",
                fmt::format("UID {} has MODSEQ {}, and STORE unless changed since {} leaves it", uid, t.value, since),
                {"the STORE is done"},
                0});
      auto const told = out.modseqs().told(i.session).find(uid);
      if (told != out.modseqs().told(i.session).end() && told->second > t.value)
        return out.add(i, {"refused",
                           fmt::format("MODIFIED names UID {}, and its MODSEQ is changed from {} to {}", uid, t.value,
                                       told->second),
                           {fmt::format("MODSEQ ({})", t.value)},
                           0});
    }
  }

  /// Of two that set all flags on one condition, whichever was first has made it false for the other.
  void won(item const& i, model::mailbox_life const& life, std::uint32_t uid, std::uint64_t since, report& out) {
    auto const told = out.modseqs().told(i.session).find(uid);
    if (told == out.modseqs().told(i.session).end() || told->second <= since) return;
    auto& all = boxes_[&life].won;
    auto const [other, first] = all.emplace(std::pair(uid, since), std::pair(i.session, told->second));
    if (all.size() > 20000) return all.clear();
    if (first || other->second.second == told->second) return;
    remark r{"both",
             fmt::format("UID {} was changed by two STORE commands unless changed since {}: MODSEQ {} and {}", uid,
                         since, other->second.second, told->second),
             {fmt::format("[MODIFIED ...] that names UID {}", uid)},
             0,
             {}};
    r.story.push_back({{}, other->second.first, fmt::format("was told MODSEQ {} by its STORE", other->second.second)});
    tell(r.story, out.together().operation_of(i));
    out.add(i, std::move(r));
  }

  /// What a change was made to is read later, by somebody who must see it.
  void read(item const& i, model::mailbox_life const& life, report& out) {
    auto const sees = model::sees_since(i, out.together());
    auto const* b = out.modseqs().find(&life);
    auto const mine = boxes_.find(&life);
    bool const changed = out.modseqs().change_of(i) != nullptr;
    // Opened with it, and nothing was done since.
    bool const quiet = b && b->opened_at != never && out.modseqs().stirred() < b->opened_at && b->opened_with > 0;
    for (auto const& [uid, value] : out.modseqs().told(i.session)) {
      auto const* f = out.modseqs().find(&life, uid);
      if (!f) continue;
      if (mine != boxes_.end())
        if (auto const born = mine->second.born_above.find(uid);
            born != mine->second.born_above.end() && value <= born->second)
          out.add(i,
                  {"newborn",
                   fmt::format("UID {} has MODSEQ {}, and when it came there was one of {}", uid, value, born->second),
                   {fmt::format("MODSEQ ({}) or more", born->second + 1)},
                   0});
      if (!changed && value <= f->above && out.modseqs().sees_all(&life, uid, i.session, sees))
        out.add(i, {"unchanged",
                    fmt::format("UID {} has MODSEQ {}, and was changed since it had {}", uid, value, f->above),
                    {fmt::format("MODSEQ ({}) or more", f->above + 1)},
                    0});
      if (quiet && value > b->opened_with && value == f->least)
        out.add(i, {"above-highest",
                    fmt::format("UID {} has MODSEQ {}, HIGHESTMODSEQ was {}", uid, value, b->opened_with),
                    {fmt::format("HIGHESTMODSEQ {} or more", value)},
                    0});
    }
    if (i.response->condition == status::ok && i.imap->selecting()) floor(i, life, highest_[i.session], sees, out);
  }

  void counted(item const& i, report& out) {
    auto const* life = out.together().find(i.imap->account, model::told_mailbox(*i.imap, i.response->args().text()));
    std::uint64_t validity = 0, value = 0;
    for (auto v = i.response->args().next().first(); v; v = v.next().next()) {
      if (v.names("UIDVALIDITY")) validity = v.next().number().value_or(0);
      if (v.names("HIGHESTMODSEQ")) value = v.next().number().value_or(0);
    }
    // Of the mailbox that it has selected a session may be told what it knows already.
    if (!life || life->uidvalidity != validity || value == 0 || i.imap->mailbox == life->name) return;
    auto const* b = out.modseqs().find(life);
    if (!b) return;
    floor(i, *life, value, asking_[i.session].status, out);
    if (b->opened_at != never && out.modseqs().stirred() < b->opened_at && b->opened_with > 0 &&
        value != b->opened_with)
      out.add(i, {"status",
                  fmt::format("STATUS tells HIGHESTMODSEQ {}, SELECT told {}, and nothing was done since", value,
                              b->opened_with),
                  {fmt::format("HIGHESTMODSEQ {}", b->opened_with)},
                  0});
  }

  /// Messages were removed, and the mailbox's mod-sequence has grown by that.
  static void floor(item const& i, model::mailbox_life const& life, std::uint64_t value, place asked, report& out) {
    auto const* b = out.modseqs().find(&life);
    if (!b || value == 0 || b->floor_at == never || b->floor_at >= asked || value >= b->floor) return;
    if (!i.imap->can("QRESYNC")) return;
    out.add(i, {"removal",
                fmt::format("HIGHESTMODSEQ {} of {} after messages were removed, it was {} before", value, life.name,
                            b->floor - 1),
                {fmt::format("HIGHESTMODSEQ {} or more", b->floor)},
                0});
  }

  void named(item const& i, report& out) {
    bool const append = i.response->code == "APPENDUID";
    auto const* c = append ? model::uploader(i) : i.command;
    if (!append && !c && !(c = i.imap->running("MOVE"))) c = i.imap->running("COPY");
    if (!c) return;
    auto const& least = asking_[i.session].least;
    auto const at = least.find(c->serial);
    auto const from = i.response->code_args().next();
    auto const set = sequence_set::parse((append ? from : from.next()).raw());
    auto const uids = set ? set->expand(1000) : std::nullopt;
    auto const* target = out.together().find(i.imap->account, model::target_of(c->sent));
    if (at == least.end() || at->second == 0 || !uids || !target ||
        target->uidvalidity != i.response->code_args().number().value_or(0))
      return;
    for (auto const uid : *uids) boxes_[target].born_above[uid] = at->second;
  }

  /// EXPUNGE that removed something: its OK tells the mailbox's new mod-sequence, once QRESYNC is enabled.
  void expunged(item const& i, model::modseq_change const& c, report& out) {
    bool const removed = std::ranges::any_of(
        c.targets, [&](auto const& t) { return t.second.doomed && out.modseqs().alone(c, t.first); });
    auto const& r = *i.response;
    if (!removed || !i.imap->condstore.quick || i.imap->condstore.nomodseq) return;
    auto const row = i.command->sent.uid ? std::string_view("RFC7162-3.2.9-01") : std::string_view("RFC7162-3.2.7-02");
    if (r.code != "HIGHESTMODSEQ") return out.add(i, {"expunge-code", {}, {"OK [HIGHESTMODSEQ n]"}, 0, {}, row});
    auto const value = r.code_args().number().value_or(0);
    if (value <= c.highest)
      out.add(i, {"expunge-value",
                  fmt::format("HIGHESTMODSEQ {} after EXPUNGE, {} was told before", value, c.highest),
                  {fmt::format("HIGHESTMODSEQ {} or more", c.highest + 1)},
                  0,
                  {},
                  i.command->sent.uid ? std::string_view("RFC7162-3.2.9-02") : std::string_view("RFC7162-3.2.7-01")});
  }

  std::map<model::mailbox_life const*, box> boxes_;
  per_session<asking> asking_{this};
  per_session<std::uint64_t> highest_{this};  ///< HIGHESTMODSEQ, while SELECT runs
};

checker_kind const kind{
    "modseq_steps",
    "Each change, arrival and removal has a greater mod-sequence, and a conditional STORE keeps to its condition.",
    {{"unchanged", "RFC7162-3.1-04", "What is changed gets a greater mod-sequence.",
      "RFC7162-3.1.3-02 RFC7162-3.1.3-15 RFC7162-3.1.4.2-02"},
     {"shared", "RFC7162-3.1-02", "No two STORE commands have one mod-sequence."},
     {"order", "RFC7162-3.1-03", "A session's later STORE has a greater mod-sequence."},
     {"conditional", "RFC7162-3.1.3-03", "A conditional STORE tells the MODSEQ of what it changed.",
      "RFC7162-3.1.3-20"},
     {"foreign", "RFC7162-3.1.3-07", "MODIFIED names messages of the command.", "RFC7162-7-03"},
     {"zero", "RFC7162-3.1.3-10", "UNCHANGEDSINCE 0 of a system flag always fails.", "RFC7162-3.1.3-09"},
     {"spurious", "RFC7162-3.1.3-01", "What has not changed since is changed by STORE.", "RFC7162-3.1.3-14"},
     {"both", "RFC7162-3.1.3-17", "Of two that set all flags on one condition one is done."},
     {"refused", "RFC7162-3.1.3-05", "What MODIFIED names keeps its mod-sequence."},
     {"newborn", "RFC7162-3.1-06", "A new message has a mod-sequence above all others of the mailbox."},
     {"above-highest", "RFC7162-3.1.2.1-02", "HIGHESTMODSEQ is no less than that of any message."},
     {"status", "RFC7162-3.1.2.1-04", "STATUS and SELECT tell the same HIGHESTMODSEQ.", "RFC7162-3.1.7-01"},
     {"removal", "RFC7162-3.2-01", "What removes messages increments the mailbox's mod-sequence.",
      "RFC7162-3.2.7-01 RFC7162-3.2.8-01 RFC7162-3.2.9-02 RFC7162-3.1.2.1-02"},
     {"expunge-code", "RFC7162-3.2.7-02", "The OK of EXPUNGE tells HIGHESTMODSEQ.", "RFC7162-3.2.9-01"},
     {"expunge-value", "RFC7162-3.2.7-01", "HIGHESTMODSEQ of EXPUNGE is the new one.", "RFC7162-3.2.9-02"}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<modseq_steps>(); },
    true,
    kinds::everything,
    told::numbers | told::messages | told::mailboxes | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::modseq_steps
