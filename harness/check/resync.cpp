// resync: a device that comes back is told by SELECT (QRESYNC) and UID FETCH (CHANGEDSINCE n VANISHED) what was removed
// since and what was changed, all of it and nothing else (RFC 7162 §3.2.5, §3.2.6), and what it is told before it goes
// does not make it miss anything (§3.2): held against what all sessions together know.
#include <fmt/format.h>

#include <algorithm>

#include "check/told_together.hpp"
#include "model/ext/modseq_book.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::check::resync {
namespace {

using model::never;
using model::place;
using wire::imap::response_kind;
using wire::imap::sequence_set;
using wire::imap::status;

class resync final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    if (i.kind == item_kind::command) asked(i);
    if (i.kind == item_kind::response && !i.response->violation) response(i, out);
  }

 private:
  struct session {
    std::uint32_t serial = 0;  ///< of the command that resynchronises; 0: none
    std::uint64_t since = 0;
    std::optional<sequence_set> set;  ///< UIDs that it is about; nothing: all up to UIDNEXT
    std::vector<std::pair<std::uint32_t, std::uint32_t>> match;
    std::uint64_t validity = 0;  ///< that SELECT named
    std::vector<sequence_set> vanished, just_gone;
    std::uint64_t cache = 0;   ///< HIGHESTMODSEQ as a client computes it (§6)
    std::uint64_t coded = 0;   ///< by a code since the last tagged response
    std::uint64_t newest = 0;  ///< MODSEQ of FETCH since then
  };

  void asked(item const& i) {
    auto& s = sessions_[i.session];
    s.serial = 0;
    if (i.command->is("SELECT") || i.command->is("EXAMINE")) s.cache = s.coded = s.newest = 0;
    if (i.imap->in_progress.size() != 1) return;
    auto const wants = model::read_condstore(i.command->sent);
    s.vanished.clear(), s.just_gone.clear();
    if (wants.resync) {
      s.since = wants.resync->modseq;
      s.set = wants.resync->known;
      s.match = wants.resync->match;
      s.validity = wants.resync->validity;
    } else if (wants.vanished && wants.changed_since && i.command->sent.uid) {
      s.since = *wants.changed_since;
      s.set = sequence_set::parse(i.command->sent.arg(0));
      s.match.clear();
      s.validity = i.imap->uidvalidity;
      if (!s.set) return;
    } else {
      return;
    }
    s.serial = i.command->serial;
  }

  void response(item const& i, report& out) {
    auto const& r = *i.response;
    auto& s = sessions_[i.session];
    if (r.is("VANISHED") && r.args().is_list()) earlier(i, s, out);
    // What goes while the session shows it is told as to whoever is there, by VANISHED alone.
    if (r.is("VANISHED") && !r.args().is_list())
      if (auto const set = sequence_set::parse(r.args().raw())) s.just_gone.push_back(*set);
    if (r.code == "CLOSED") s.vanished.clear(), s.coded = s.newest = 0;
    if (r.code == "HIGHESTMODSEQ") s.coded = r.code_args().number().value_or(0);
    if (r.is("FETCH"))
      model::for_each_item(r, [&](auto name, auto data) {
        if (name.names("MODSEQ")) s.newest = std::max(s.newest, data.first().number().value_or(0));
      });
    if (r.kind != response_kind::tagged || !i.command) return;
    if (i.command->serial == s.serial && r.condition == status::ok) resynchronised(i, s, out);
    if (i.command->serial == s.serial) s.serial = 0;
    keeps(i, s, out);
  }

  static bool living(model::mailbox_life const& box, std::uint32_t uid, place from, place now) {
    auto const* m = box.find(uid);
    return m && m->gone == never && m->known_before(from) && !box.cause(*m, now);
  }

  void earlier(item const& i, session& s, report& out) {
    auto const set = sequence_set::parse(i.response->args().next().raw());
    if (!set || s.serial == 0) return;
    s.vanished.push_back(*set);
    auto const* box = model::mailbox_of(i, out.together());
    auto const* running = i.imap->oldest();
    if (!box || !running) return;
    item asked = i;
    asked.command = running;
    auto const d = out.together().operation_of(asked);
    if (!d) return;
    for (auto const& [uid, m] : box->messages) {
      if (!set->contains(uid, 0) || !living(*box, uid, d->from, out.together().now() + 1)) continue;
      remark r{"living",
               fmt::format("UID {} is told to be gone, and nothing that anybody did can have removed it", uid),
               {"UIDs of messages that were removed"},
               i.response->args().next().offset(),
               {}};
      if (m.born) tell(r.story, m.born);
      tell(r.story, d);
      return out.add(i, std::move(r));
    }
  }

  /// The largest UID up to which the client knows of removals, at least and at most.
  static std::pair<std::uint32_t, std::uint32_t> matched(item const& i, session const& s,
                                                         model::mailbox_life const& box, place from, place now) {
    std::vector<std::uint32_t> here;
    for (auto const& [uid, m] : box.messages)
      if (living(box, uid, from, now)) here.push_back(uid);
    bool const all = here.size() == i.imap->view.size();
    std::pair<std::uint32_t, std::uint32_t> out{0, 0};
    for (auto const& [number, uid] : s.match) {
      if (!all) out.second = std::max(out.second, uid);
      if (all && number >= 1 && number <= here.size() && here[number - 1] == uid)
        out = {std::max(out.first, uid), std::max(out.second, uid)};
    }
    return out;
  }

  /// The command that resynchronises, as it is answered.
  struct answered {
    model::mailbox_life const& box;
    model::operation_ptr by;
    place now, sees;  ///< what was done before `sees` is shown to it
    bool select;
  };

  static void resynchronised(item const& i, session const& s, report& out) {
    auto const* box = model::mailbox_of(i, out.together());
    auto const* b = out.modseqs().find(box);
    auto const d = out.together().operation_of(i);
    if (!b || !d || i.imap->condstore.nomodseq || s.validity != box->uidvalidity) return;
    answered const a{*box, d, out.together().now() + 1, model::sees_since(i, out.together()), i.imap->selecting()};
    auto const [low, high] = matched(i, s, *box, d->from, a.now);
    for (auto const& [uid, f] : b->messages) {
      auto const* m = box->find(uid);
      bool const gone = box->buried(uid) || (m && m->gone < d->from);
      if (gone && uid <= low && f.gone_at_most > 0 && f.gone_at_most <= s.since && told_gone(s, uid))
        return out.add(i, {"matched",
                           fmt::format("UID {} was removed up to mod-sequence {}, the client has shown that it knows, "
                                       "and is told again",
                                       uid, f.gone_at_most),
                           {fmt::format("UIDs above {}", low)},
                           0});
      if (gone ? uid > high && !removal(i, s, a, uid, f, out) : a.select && !change(i, s, a, uid, out)) return;
    }
  }

  /// One of the messages that this session has not been told to be gone has that UID, or may have it.
  static bool may_show(model::mailbox_view const& view, std::uint32_t uid) {
    bool untold = false;
    for (auto const& m : view.slots()) {
      if (m.uid >= uid) return m.uid == uid || untold;
      untold = m.uid == 0;
    }
    return untold;
  }

  static bool told_gone(session const& s, std::uint32_t uid) {
    return std::ranges::any_of(s.vanished, [&](auto const& set) { return set.contains(uid, 0); });
  }

  /// UIDs above the last message are in "1:*" by one reading and not by the other.
  static bool covers(session const& s, std::uint32_t uid, bool& may) {
    may = !s.set || s.set->contains(uid, sequence_set::star);
    return !s.set || (s.set->contains(uid, 0) && !s.set->has_star());
  }

  static bool removal(item const& i, session const& s, answered const& a, std::uint32_t uid,
                      model::modseq_fact const& f, report& out) {
    if (f.gone_above == 0 || s.since > f.gone_above) return true;
    bool may = false;
    bool must = covers(s, uid, may);
    if (!must && s.set && s.set->has_star()) must = may && uid < i.imap->view.largest_uid();
    bool const told =
        told_gone(s, uid) || std::ranges::any_of(s.just_gone, [&](auto const& set) { return set.contains(uid, 0); });
    if (!must || told) return true;
    // Who may still hold a removal back until it is asked for news tells it as news.
    if (!a.select && may_show(i.imap->view, uid)) return true;
    remark r{"missed",
             fmt::format("UID {} was removed after mod-sequence {}, and whoever asks since {} is not told", uid,
                         f.gone_above, s.since),
             {fmt::format("* VANISHED (EARLIER) {}", uid)},
             0,
             {},
             a.select ? std::string_view("RFC7162-3.2.5.1-02") : std::string_view("RFC7162-3.2.6-04")};
    tell(r.story, a.by);
    out.add(i, std::move(r));
    return false;
  }

  static bool change(item const& i, session const& s, answered const& a, std::uint32_t uid, report& out) {
    auto const value = out.modseqs().certain(&a.box, uid, i.session, a.sees);
    if (value == 0 || !living(a.box, uid, a.by->from, a.now)) return true;
    bool may = false;
    bool const must = covers(s, uid, may), told = out.modseqs().told(i.session).contains(uid);
    remark r{};
    if (value > s.since && must && !told)
      r = {"unchanged",
           fmt::format("UID {} has MODSEQ {}, and whoever resynchronises since {} is not told", uid, value, s.since),
           {fmt::format("* n FETCH (UID {} FLAGS (...) MODSEQ ({}))", uid, value)},
           0};
    else if (told && (value <= s.since || !may))
      r = {"surplus",
           fmt::format("UID {} has MODSEQ {}, and whoever resynchronises since {} is told of it", uid, value, s.since),
           {"what has changed since of the UIDs that are known"},
           0,
           {},
           may ? std::string_view("RFC7162-3.2.5.1-01") : std::string_view("RFC7162-3.2.5.1-03")};
    else
      return true;
    tell(r.story, a.by);
    out.add(i, std::move(r));
    return false;
  }

  /// What the client would ask with, had the connection ended now, misses no removal that it was not told of.
  static void keeps(item const& i, session& s, report& out) {
    auto const coded = std::exchange(s.coded, 0), newest = std::exchange(s.newest, 0);
    bool const asks = i.command->is("FETCH");  // what it asked for is no news
    if (coded > 0)
      s.cache = coded;
    else if (!asks)
      s.cache = std::max(s.cache, newest);
    if (!i.imap->condstore.quick || i.imap->condstore.nomodseq || s.cache == 0 || i.imap->selecting()) return;
    auto const* box = model::mailbox_of(i, out.together());
    if (!box || i.command->is("CLOSE") || i.command->is("UNSELECT") || i.command->is("LOGOUT")) return;
    for (auto const& m : i.imap->view.slots()) {
      auto const* f = m.uid == 0 ? nullptr : out.modseqs().find(box, m.uid);
      auto const* life = f ? box->find(m.uid) : nullptr;
      if (!life || life->gone == never || f->gone_at_most == 0 || s.cache < f->gone_at_most) continue;
      remark r{
          "lost",
          fmt::format("UID {} was removed at mod-sequence {}, this session has not been told, and by now would ask "
                      "since {}",
                      m.uid, f->gone_at_most, s.cache),
          {fmt::format("OK [HIGHESTMODSEQ {}] or less, or VANISHED", f->gone_at_most - 1)},
          0,
          {}};
      r.story.push_back({{}, life->gone_by, fmt::format("was told that UID {} is gone", m.uid)});
      return out.add(i, std::move(r));
    }
  }

  per_session<session> sessions_{this};
};

checker_kind const kind{
    "resync",
    "Who resynchronises is told what was removed and changed since, all of it and nothing else.",
    {{"living", "RFC7162-3.2.5.1-02", "VANISHED (EARLIER) names no message that is there."},
     {"missed", "RFC7162-3.2.5.1-02", "VANISHED (EARLIER) names all that was removed since.",
      "RFC7162-3.2.6-04 RFC7162-3.2-02 RFC7162-3.2.7-04 RFC7162-3.2.8-04 RFC7162-3.2.9-02 RFC7162-3.2.6-06 "
      "RFC7162-3.2.5.1-04"},
     {"unchanged", "RFC7162-3.2.5.1-01", "SELECT (QRESYNC) tells all flags that have changed since."},
     {"surplus", "RFC7162-3.2.5.1-01", "SELECT (QRESYNC) tells what has changed since of what is known.",
      "RFC7162-3.2.5.1-03"},
     {"matched", "RFC7162-3.2.5.2-02", "No UID that the client was known to have told is told again."},
     {"lost", "RFC7162-3.2-04", "HIGHESTMODSEQ stays below removals that were not told yet."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<resync>(); },
    true,
    kinds::everything,
    told::numbers | told::messages | told::mailboxes | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::resync
