// mail_life: which messages a mailbox holds must be explained by what all sessions did: nothing vanishes without a
// cause, nothing comes back, nothing is doubled, UIDs ascend with arrival, and whoever polls is told (RFC 3501
// §2.3.1.1, §5.2, §6.4.3, §7.4.1; RFC 6851 §3.3).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "check/told_together.hpp"
#include "model/ext/message_limit.hpp"
#include "model/ext/utf8_names.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::check::mail_life {
namespace {

using model::never;
using model::place;
using wire::imap::response_kind;
using wire::imap::status;

class mail_life final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    if (i.kind == item_kind::command && i.command->is("MOVE")) to_move(i);
    if (i.kind == item_kind::command && i.command->is("EXPUNGE")) largest_[i.session] = i.imap->view.largest_uid();
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    if (r.code == "APPENDUID" || r.code == "COPYUID") named(i, out);
    if (r.name == "STATUS" && r.kind == response_kind::untagged) counted(i, out);
    auto const* opened = out.together().open_mailbox_of(i.session);
    if (!opened || i.imap->state != model::imap_state::selected || i.imap->selecting()) return;
    if (r.name == "EXPUNGE") expunged(i, *opened, out);
    if (r.name == "VANISHED" && !r.args().is_list()) vanished(i, *opened, out);
    if (r.name == "FETCH") shown(i, *opened, out);
    if (r.kind != response_kind::tagged || !i.command || r.condition != status::ok) return;
    if (i.command->is("FETCH") && i.command->sent.arg(0) == "1:*") looked(i, *opened, out);
    if (i.command->is("NOOP") && i.imap->notify.tells_mail()) polled(i, *opened, out);
    if (i.command->is("EXPUNGE")) removed(i, *opened, out);
    if (i.command->is("MOVE")) moved(i, *opened, out);
  }

 private:
  static void tell_life(remark& r, model::message_life const& m) {
    if (m.born)
      tell(r.story, m.born);
    else if (m.seen != never)
      r.story.push_back({{}, m.seen_by, fmt::format("was shown UID {}", m.uid)});
  }

  /// Something was told of this message: what else it shows follows from that.
  bool told_of(model::mailbox_life const& box, std::uint32_t uid) { return !told_of_.emplace(&box, uid).second; }
  bool known_wrong(model::mailbox_life const& box, std::uint32_t uid) const { return told_of_.contains({&box, uid}); }
  std::size_t known_wrong(model::mailbox_life const& box) const {
    return std::size_t(
        std::ranges::count(told_of_, &box, &std::pair<model::mailbox_life const*, std::uint32_t>::first));
  }

  void expunged(item const& i, model::ledger::open_mailbox const& opened, report& out) {
    auto const n = i.response->number;
    if (n >= 1 && n <= i.imap->view.size()) gone(i, opened, i.imap->view.at(n).uid, out);
  }
  void vanished(item const& i, model::ledger::open_mailbox const& opened, report& out) {
    if (auto const set = wire::imap::sequence_set::parse(i.response->args().raw()))
      for (auto const& s : i.imap->view.named_by(*set)) gone(i, opened, s.uid, out);
  }

  static void gone(item const& i, model::ledger::open_mailbox const& opened, std::uint32_t uid, report& out) {
    auto const m = opened.box->messages.find(uid);
    if (uid == 0 || m == opened.box->messages.end()) return;
    if (m->second.gone != never || opened.box->cause(m->second, out.together().now() + 1)) return;
    remark r{"vanished",
             fmt::format("UID {} is expunged, and nothing that anybody did can have removed it", uid),
             {"no EXPUNGE: it did not have \\Deleted, and nobody moved it"},
             2,
             {}};
    tell_life(r, m->second);
    if (auto const* deleted = m->second.find("\\deleted"))
      tell(r.story, deleted->can_be(true, out.together().now(), out.together().now() + 1, i.session).undid);
    r.story.push_back({i.at, i.session, fmt::format("is told that UID {} is expunged", uid)});
    out.add(i, std::move(r));
  }

  /// A session that selected after a message was gone cannot have it; a UID that comes without a cause was doubled.
  void shown(item const& i, model::ledger::open_mailbox const& opened, report& out) {
    auto const uid = model::told_uid(*i.imap, *i.response);
    if (uid == 0) return;
    auto const& box = *opened.box;
    if (box.buried(uid))
      return out.add(
          i, {"returned", fmt::format("UID {} is there again after it was expunged", uid), {"it stays gone"}, 2, {}});
    auto const m = box.messages.find(uid);
    if (m != box.messages.end() && m->second.gone < opened.since) {
      remark r{"returned", fmt::format("UID {} is there again after it was expunged", uid), {"it stays gone"}, 2, {}};
      tell_life(r, m->second);
      r.story.push_back({{}, m->second.gone_by, fmt::format("had been told that UID {} is gone", uid)});
      r.story.push_back({i.at, i.session, fmt::format("selects {} later and is shown UID {}", box.name, uid)});
      return out.add(i, std::move(r));
    }
    bool const fresh = m == box.messages.end() || (m->second.seen == never && !m->second.explained);
    if (!fresh || box.empty_at == never || box.uncertain) return;
    if (box.unexplained + 1 > box.unnamed()) {
      remark r{"multiplied",
               fmt::format("UID {} of {} comes from nowhere: no APPEND, COPY or MOVE is left that can have brought it",
                           uid, box.name),
               {"one message for each that was added"},
               2,
               {}};
      for (auto const& [other, life] : box.messages)
        if (life.born && r.story.size() < 8) tell(r.story, life.born);
      r.story.push_back({i.at, i.session, fmt::format("is shown UID {} of {}", uid, box.name)});
      out.add(i, std::move(r));
    }
    if (box.uidnext_at != never && uid < box.uidnext && box.empty_at != never) below_uidnext(i, box, uid, out);
  }

  /// All of a mailbox, selected afresh, with every UID known.
  void looked(item const& i, model::ledger::open_mailbox const& opened, report& out) {
    auto const& slots = i.imap->view.slots();
    std::set<std::uint32_t> here;
    for (auto const& s : slots) {
      if (s.uid == 0) return;
      here.insert(s.uid);
    }
    for (auto const& [uid, m] : opened.box->messages) {
      if (here.contains(uid) || m.gone != never || !m.known_before(opened.since)) continue;
      if (opened.box->cause(m, out.together().now() + 1) || told_of(*opened.box, uid)) continue;
      remark r{"lost",
               fmt::format("UID {} is missing from {}, and nothing that anybody did can have removed it", uid,
                           opened.box->name),
               {fmt::format("UID {}", uid)},
               0,
               {}};
      tell_life(r, m);
      r.story.push_back(
          {i.at, i.session, fmt::format("selects {} later and is not shown UID {}", opened.box->name, uid)});
      return out.add(i, std::move(r));
    }
  }

  /// After NOOP: what was gone before it was sent is told, what had come is there.
  void polled(item const& i, model::ledger::open_mailbox const& opened, report& out) {
    auto const d = out.together().operation_of(i);
    if (!d) return;
    auto const& box = *opened.box;
    std::size_t unknown = 0, missing = 0;
    std::vector<std::uint32_t> here;
    here.reserve(i.imap->view.size());
    for (auto const& s : i.imap->view.slots()) {
      unknown += s.uid == 0;
      if (s.uid != 0) here.push_back(s.uid);
      if (s.uid != 0 && box.buried(s.uid))
        return out.add(i, {"kept",
                           fmt::format("after NOOP, UID {} is still there for this session; it was gone before", s.uid),
                           {fmt::format("* {} EXPUNGE", i.imap->view.number_of(s.serial).value_or(0))},
                           0,
                           {}});
      auto const m = box.messages.find(s.uid);
      if (s.uid == 0 || m == box.messages.end() || m->second.gone >= d->from || told_of(box, s.uid)) continue;
      remark r{"kept",
               fmt::format("after NOOP, UID {} is still there for this session; it was gone before", s.uid),
               {fmt::format("* {} EXPUNGE", i.imap->view.number_of(s.serial).value_or(0))},
               0,
               {}};
      r.story.push_back({{}, m->second.gone_by, fmt::format("had been told that UID {} is gone", s.uid)});
      tell(r.story, d);
      r.story.push_back({i.at, i.session, "has not been told of it: NOOP is answered OK"});
      return out.add(i, std::move(r));
    }
    model::message_life const* one = nullptr;
    if (!std::ranges::is_sorted(here)) std::ranges::sort(here);  // another checker says so
    auto next = here.begin();
    for (auto const& [uid, m] : box.messages) {
      while (next != here.end() && *next < uid) ++next;
      if (next != here.end() && *next == uid) continue;
      if (m.gone != never || !m.known_before(d->from) || box.cause(m, out.together().now() + 1)) continue;
      if (!known_wrong(box, uid)) ++missing, one = &m;
    }
    if (missing <= unknown || !one) return;
    told_of(box, one->uid);
    remark r{"unannounced",
             fmt::format("after NOOP, {} has UID {} and this session has not been told of it", box.name, one->uid),
             {"* n EXISTS that counts it"},
             0,
             {}};
    tell_life(r, *one);
    tell(r.story, d);
    out.add(i, std::move(r));
  }

  /// EXPUNGE is answered OK: each message that had \Deleted when it was sent was told before.
  void removed(item const& i, model::ledger::open_mailbox const& opened, report& out) {
    auto const d = out.together().operation_of(i);
    auto const& c = i.command->sent;
    auto const uids = c.uid ? wire::imap::sequence_set::parse(c.arg(0)) : std::nullopt;
    if (!d || opened.read_only || i.imap->read_only || (c.uid && !uids)) return;
    for (auto const& s : i.imap->view.slots()) {
      auto const* m = opened.box->find(s.uid);
      if (!m || (uids && !uids->contains(s.uid, largest_[i.session]))) continue;
      if (m->has("\\deleted", d->from, out.together().now() + 1, i.session) != true) continue;
      if (!model::is_processed(*i.response, s.uid) || told_of(*opened.box, s.uid)) continue;
      remark r{c.uid ? "uid-stays" : "stays",
               fmt::format("UID {} has \\Deleted, and EXPUNGE has not told that it is gone", s.uid),
               {fmt::format("* {} EXPUNGE", i.imap->view.number_of(s.serial).value_or(0))},
               0,
               {}};
      tell(r.story, m->find("\\deleted")->can_be(false, d->from, out.together().now() + 1, i.session).undid);
      tell(r.story, d);
      return out.add(i, std::move(r));
    }
  }

  void to_move(item const& i) {
    auto& named = to_move_[i.session];
    named.clear();
    if (i.imap->state != model::imap_state::selected || i.imap->in_progress.size() != 1) return;
    for (auto const& m : model::named_slots(*i.imap, i.command->sent)) named.push_back(m.serial);
  }

  /// MOVE is answered OK: it told of each message that it took away, and takes all that it names (RFC 6851 §3.3).
  void moved(item const& i, model::ledger::open_mailbox const& opened, report& out) {
    auto const d = out.together().operation_of(i);
    // To where it lies already a message may be moved by leaving it there.
    if (!d || model::canonical_mailbox(i.command->sent.arg(1)) == i.imap->mailbox) return;
    for (auto const serial : std::exchange(to_move_[i.session], {})) {
      auto const number = i.imap->view.number_of(serial);
      auto const* m = number ? opened.box->find(i.imap->view.at(*number).uid) : nullptr;
      // What another has taken away meanwhile need not be told yet.
      if (!number || (m && (m->gone != never || (m->doom && m->doom->by != i.session)))) continue;
      auto const why = m ? opened.box->cause(*m, out.together().now() + 1) : nullptr;
      if (!m || (why && why->by != i.session)) continue;
      if (!model::is_processed(*i.response, m->uid) || told_of(*opened.box, m->uid)) continue;
      remark r{"move-stays",
               fmt::format("UID {} was to be moved to {}, and is in {} still: no EXPUNGE has told that it is gone",
                           m->uid, base::printable(i.command->sent.arg(1)), opened.box->name),
               {fmt::format("* {} EXPUNGE", *number)},
               0,
               {}};
      tell(r.story, d);
      return out.add(i, std::move(r));
    }
  }

  /// UIDs of new messages: above all that were there before they were asked for.
  void named(item const& i, report& out) {
    auto const& r = *i.response;
    auto const* c = i.command;
    if (!c)
      for (auto const& one : i.imap->in_progress)
        if (one.is("MOVE") || one.is("COPY")) {
          c = &one;
          break;
        }
    if (!c) return;
    bool const append = r.code == "APPENDUID";
    auto const to = append ? r.code_args().next() : r.code_args().next().next();
    auto const set = wire::imap::sequence_set::parse(to.raw());
    auto const uids = set ? set->expand(10000) : std::nullopt;
    auto const* box = out.together().find(i.imap->account, append ? c->sent.arg(0) : c->sent.arg(1));
    if (!uids || uids->empty() || !box || box->uidvalidity != r.code_args().number().value_or(0)) return;
    auto const first = *std::ranges::min_element(*uids);
    if (std::ranges::any_of(*uids, [&](auto uid) { return box->buried(uid); }))
      return out.add(i, {"order",
                         fmt::format("UID {} is given to a new message, it was another's", first),
                         {"a UID that was never given"},
                         to.offset(),
                         {}});
    place from = never;
    for (auto const& a : box->arrivals)
      if (a->by->by == i.session && a->by->to == never && a->most > 0) from = std::min(from, a->by->from);
    if (from == never) return;
    for (auto m = box->messages.rbegin(); m != box->messages.rend() && m->first >= first; ++m) {
      if (!m->second.known_before(from)) continue;
      remark said{"order",
                  fmt::format("UID {} is given to a new message, UID {} was there before it was sent", first, m->first),
                  {fmt::format("a UID above {}", m->first)},
                  to.offset(),
                  {}};
      tell_life(said, m->second);
      said.story.push_back({i.at, i.session, fmt::format("gets UID {} for {}", first, base::printable(c->sent.name))});
      return out.add(i, std::move(said));
    }
    if (box->uidnext_at < from && first < box->uidnext) below_uidnext(i, *box, first, out);
  }

  static void below_uidnext(item const& i, model::mailbox_life const& box, std::uint32_t uid, report& out) {
    auto const m = box.messages.find(uid);
    if (m != box.messages.end() && (m->second.seen != never || m->second.explained)) return;
    for (auto const& a : box.arrivals)
      if (a->by->from < box.uidnext_at) return;  // it may have come before UIDNEXT was told
    remark r{"uidnext",
             fmt::format("a new message has UID {}, UIDNEXT was told as {} before it was sent", uid, box.uidnext),
             {fmt::format("UID {} or more", box.uidnext)},
             0,
             {}};
    r.story.push_back({{}, box.uidnext_by, fmt::format("was told UIDNEXT {} of {}", box.uidnext, box.name)});
    r.story.push_back({i.at, i.session, fmt::format("learns of a new UID {}", uid)});
    out.add(i, std::move(r));
  }

  /// STATUS: no fewer than must be there, no more than can.
  void counted(item const& i, report& out) {
    auto const name = model::told_mailbox(*i.imap, i.response->args().text());
    auto const* box = out.together().find(i.imap->account, name);
    auto const* c = i.imap->running("STATUS");
    // Of the mailbox that it has selected a session is told what it knows already (RFC 3501 §6.3.10 advises against
    // it).
    if (!box || !c || i.imap->mailbox == model::canonical_mailbox(name)) return;
    auto const list = i.response->args().next();
    std::optional<std::uint64_t> messages, validity;
    for (auto v = list.first(); v; v = v.next().next()) {
      if (v.names("MESSAGES")) messages = v.next().number();
      if (v.names("UIDVALIDITY")) validity = v.next().number();
    }
    item asked = i;
    asked.command = c;
    auto const d = out.together().operation_of(asked);
    if (!messages || validity.value_or(0) != box->uidvalidity || !d) return;
    auto const now = out.together().now() + 1;
    auto const sure = box->surely_there(d->from, now);
    auto const least = sure - std::min(sure, known_wrong(*box));
    auto const most = box->at_most(d->from);
    if (*messages < least)
      out.add(i, {"count",
                  fmt::format("STATUS counts {} messages of {}, at least {} are there", *messages, name, least),
                  {fmt::format("MESSAGES {} or more", least)},
                  list.offset(),
                  {}});
    else if (most && *messages > *most)
      out.add(i, {"count",
                  fmt::format("STATUS counts {} messages of {}, at most {} can be there", *messages, name, *most),
                  {fmt::format("MESSAGES {} or fewer", *most)},
                  list.offset(),
                  {}});
  }

  std::set<std::pair<model::mailbox_life const*, std::uint32_t>> told_of_;  ///< UIDs of a mailbox
  per_session<std::vector<std::uint32_t>> to_move_{this};  ///< serials that a MOVE which runs alone names
  per_session<std::uint32_t> largest_{this};               ///< UID when EXPUNGE was sent: what "*" meant
};

checker_kind const kind{
    "mail_life",
    "Which messages a mailbox holds is explained by what all sessions did.",
    {{"vanished", "RFC3501-6.4.3-01", "Only what has \\Deleted, or was moved, is expunged.", "RFC4315-2.1-01"},
     {"lost", "RFC3501-2.3.1.1-06", "What was there and was not removed is there for whoever selects later.",
      "RFC6851-3.3-06 RFC3501-6.4.7-03"},
     {"returned", "RFC3501-6.4.3-02", "What is expunged stays away.", "RFC6851-3.3-01 RFC6851-3.3-07"},
     {"multiplied", "RFC6851-3.3-15", "One message for each that was added, none for a refused command.",
      "RFC3501-6.3.11-05 RFC3501-6.4.7-06"},
     {"kept", "RFC3501-6.1.2-02", "After NOOP a session has been told what was expunged before."},
     {"stays", "RFC3501-6.4.3-02", "EXPUNGE tells of each message that it removes.",
      "RFC3501-6.4.3-01 RFC7162-3.2.7-03"},
     {"uid-stays", "RFC4315-2.1-04", "UID EXPUNGE tells of each message that it removes.", "RFC4315-2.1-01"},
     {"move-stays", "RFC6851-3.3-01", "MOVE takes away what it moves, and EXPUNGE tells so.", "RFC6851-3.3-12"},
     {"unannounced", "RFC3501-5.2-01", "After NOOP a session has been told of what had arrived.", "RFC3501-6.1.2-02"},
     {"order", "RFC3501-2.3.1.1-03", "UIDs ascend in the order of arrival."},
     {"uidnext", "RFC3501-2.3.1.1-09", "New messages get UIDNEXT or more."},
     {"count", "RFC3501-6.3.10-04", "STATUS counts what is there."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<mail_life>(); },
    true,
    kinds::everything,
    told::numbers | told::messages | told::mailboxes};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::mail_life
