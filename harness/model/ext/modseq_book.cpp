// modseq_book: see modseq_book.hpp.
#include "model/ext/modseq_book.hpp"

#include <algorithm>

#include "model/ext/utf8_names.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::model {
namespace {

using wire::imap::response_kind;
using wire::imap::status;

/// Neither flags nor messages nor what is noted of a mailbox change by it.
bool harmless(wire::imap::command const& c) {
  static std::set<std::string, std::less<>> const all{
      "CAPABILITY", "NOOP",       "LOGOUT",  "LOGIN",        "AUTHENTICATE", "STARTTLS",    "ID",        "ENABLE",
      "NAMESPACE",  "LIST",       "LSUB",    "STATUS",       "SELECT",       "EXAMINE",     "UNSELECT",  "CHECK",
      "SEARCH",     "SORT",       "THREAD",  "IDLE",         "COMPRESS",     "GETQUOTA",    "GETACL",    "GETQUOTAROOT",
      "MYRIGHTS",   "LISTRIGHTS", "ESEARCH", "CANCELUPDATE", "NOTIFY",       "GETMETADATA", "SUBSCRIBE", "UNSUBSCRIBE"};
  return all.contains(c.name) || (c.name == "FETCH" && !sets_seen(c));
}

/// The flags of the message, as they certainly are when the command is sent, are changed by an OK to it.
bool certainly_changes(message_life const& m, ledger::store_request const& wish, ledger::open_mailbox const& where,
                       place at, history::session_id by) {
  auto const is = [&](std::string const& flag, bool set) { return m.has(flag, at, at, by) == set; };
  auto const gets = [&](std::string const& f) {
    bool const stays =
        !where.permanent || where.permanent->contains(f) || (f[0] != '\\' && where.permanent->contains("\\*"));
    return stays && is(f, false);
  };
  if (wish.item.starts_with('-')) return std::ranges::any_of(wish.flags, [&](auto const& f) { return is(f, true); });
  if (std::ranges::any_of(wish.flags, gets)) return true;
  return wish.item.starts_with("FLAGS") && std::ranges::any_of(m.flags(), [&](auto const& f) {
           return !wish.flags.contains(f.first) && f.first != "\\recent" && is(f.first, true);
         });
}

/// Another may have removed it before the command is sent, and its sender has not been told: the command finds nothing
/// there to remove or to change, and may be answered OK nevertheless (RFC 2180 §4.2.1).
bool may_be_gone(message_life const& m, mailbox_life const& box, place at, history::session_id by) {
  auto const why = box.cause(m, at);
  return m.gone != never || (why && why->by != by);
}

bool all_before(std::map<history::session_id, place> const& written, history::session_id reader, place since) {
  return std::ranges::all_of(written, [&](auto const& w) { return w.first == reader || w.second < since; });
}

}  // namespace

mailbox_life const* mailbox_of(item const& i, ledger const& together) {
  auto const* selecting = i.imap->running("SELECT");
  if (!selecting) selecting = i.imap->running("EXAMINE");
  if (selecting) {
    auto const* box = together.find(i.imap->account, canonical_mailbox(selecting->sent.arg(0)));
    return box && box->uidvalidity == i.imap->uidvalidity ? box : nullptr;
  }
  auto const* here = together.open_mailbox_of(i.session);
  return here && i.imap->state == imap_state::selected ? here->box : nullptr;
}

place sees_since(item const& i, ledger const& together) {
  auto const d = together.operation_of(i);
  if (i.imap->selecting()) return d ? d->from : 0;
  auto const* here = together.open_mailbox_of(i.session);
  if (!here) return 0;
  if (d && i.command->is("NOOP") && i.response->condition == status::ok) return d->from;
  return std::max(here->since, here->polled);
}

modseq_fact const* modseq_book::find(mailbox_life const* box, std::uint32_t uid) const {
  auto const* b = find(box);
  if (!b) return nullptr;
  auto const at = b->messages.find(uid);
  return at == b->messages.end() ? nullptr : &at->second;
}

modseq_change const* modseq_book::change_of(item const& i) const {
  if (!i.command || i.session >= sessions_.size()) return nullptr;
  auto const at = sessions_[i.session].changes.find(i.command->serial);
  return at == sessions_[i.session].changes.end() ? nullptr : &at->second;
}

std::uint64_t modseq_book::certain(mailbox_life const* box, std::uint32_t uid, history::session_id reader,
                                   place since) const {
  auto const* f = find(box, uid);
  return f && f->certain && sees_all(box, uid, reader, since) ? f->value : 0;
}

bool modseq_book::sees_all(mailbox_life const* box, std::uint32_t uid, history::session_id reader, place since) const {
  auto const* b = find(box);
  auto const* f = find(box, uid);
  return f && f->open == 0 && b->open == 0 && all_before(f->written, reader, since) &&
         all_before(b->written, reader, since);
}

bool modseq_book::alone(modseq_change const& c, std::uint32_t uid) const {
  auto const at = c.targets.find(uid);
  auto const* b = find(c.box);
  auto const* f = find(c.box, uid);
  return at != c.targets.end() && f && at->second.alone && f->changes == at->second.changes &&
         b->changes == c.all_changes && b->open == 0 && !c.all;
}

std::map<std::uint32_t, std::uint64_t> const& modseq_book::told(history::session_id id) const {
  static std::map<std::uint32_t, std::uint64_t> const nothing;
  return id < sessions_.size() ? sessions_[id].told : nothing;
}

void modseq_book::see(item const& i, ledger const& together) {
  if (i.pop3) {
    // What POP3 retrieves may be seen from then on, and what it removes is gone.
    if (i.kind != item_kind::pop3_command && i.kind != item_kind::reply) return;
    stirred_ = together.now() + 1;
    auto const* inbox = together.find(i.pop3->account, "INBOX");
    if (auto const b = boxes_.find(inbox); inbox && b != boxes_.end()) b->second.written[i.session] = stirred_;
    return;
  }
  settle(i.session, together);
  if (i.kind == item_kind::opened) of(i.session) = {};
  // What was under way when a session ended may still be done.
  if (i.kind == item_kind::ended) of(i.session) = {};
  if (i.kind == item_kind::command) asked(i, together);
  if (i.kind != item_kind::response || i.response->violation) return;
  told(i, together);
  if (i.response->kind == response_kind::tagged && i.command) answered(i, together);
}

/// HIGHESTMODSEQ of SELECT belongs to the mailbox that the ledger has opened by now.
void modseq_book::settle(history::session_id id, ledger const& together) {
  auto& s = of(id);
  auto const* here = together.open_mailbox_of(id);
  if (s.highest == 0 || !here || here->since != s.asked) return;
  auto& b = boxes_[here->box];
  b.highest = std::max(b.highest, s.highest);
  b.opened_with = std::exchange(s.highest, 0);
  b.opened_at = s.asked;
}

void modseq_book::asked(item const& i, ledger const& together) {
  auto& s = of(i.session);
  auto const& c = i.command->sent;
  if (c.name == "SELECT" || c.name == "EXAMINE") {
    s.asked = together.now() + 1, s.highest = 0;
    if (i.imap->in_progress.size() == 1) s.told.clear();  // of the mailbox that is left
  }
  if (harmless(c)) return;
  ++under_way_, ++stirs_;
  s.stirring.insert(i.command->serial);
  stirred_ = together.now() + 1;
  bool const on_mail = c.name == "STORE" || c.name == "FETCH" || c.name == "EXPUNGE" || c.name == "CLOSE" ||
                       c.name == "MOVE" || c.name == "REPLACE";
  if (!on_mail) return;
  auto const* here = together.open_mailbox_of(i.session);
  if (here && i.imap->state == imap_state::selected && !i.imap->selecting()) {
    modseq_change change;
    change.from = stirred_;
    change.by_itself = under_way_ == 1;
    change.stirs = stirs_;
    change.box = here->box;
    changes(i, *here, change);
    s.changes.emplace(i.command->serial, std::move(change));
    return;
  }
  for (auto& [box, b] : boxes_) ++b.open;  // behind a SELECT: in whichever mailbox, and for good
}

void modseq_book::changes(item const& i, ledger::open_mailbox const& here, modseq_change& c) {
  auto const& sent = i.command->sent;
  auto& b = boxes_[here.box];
  c.highest = b.highest;
  bool const sure =
      !names_unknown(*i.imap, sent) && std::ranges::none_of(i.imap->in_progress, [&](imap_command const& other) {
        return other.serial != i.command->serial && !other.forbids_expunge();
      });
  bool const every = sent.name == "CLOSE" || (sent.name == "EXPUNGE" && !sent.uid);
  auto const slots = every ? i.imap->view.slots() : named_slots(*i.imap, sent);
  bool const known = std::ranges::all_of(i.imap->view.slots(), [](slot const& m) { return m.uid != 0; });
  bool const spares = sent.name == "EXPUNGE" || every;  // what does not have \Deleted
  bool const replaces = sent.name == "REPLACE";
  bool const removes = spares || replaces || sent.name == "MOVE";
  auto const set = wire::imap::sequence_set::parse(sent.arg(0));
  c.all = !sure || !known || (set && set->has_star());
  c.nameless = removes && (!known || !sure);
  if (removes) c.all = false;  // what is not removed keeps its own
  bool const moves_away = replaces || (sent.name == "MOVE" && canonical_mailbox(sent.arg(1)) != i.imap->mailbox);
  auto const wish =
      sent.name == "FETCH" ? ledger::store_request{"+FLAGS", {"\\seen"}, false} : ledger::read_store(sent);
  bool const conditional = read_condstore(sent).changed_since.has_value();
  for (auto const& m : slots) {
    auto const* life = m.uid == 0 ? nullptr : here.box->find(m.uid);
    std::optional<bool> deleted;
    if (spares && life) deleted = life->has("\\deleted", c.from, c.from, i.session);
    if (m.uid == 0 || deleted == std::optional(false)) continue;
    target(c, m.uid);
    if (!life || !sure || here.read_only || may_be_gone(*life, *here.box, c.from, i.session)) continue;
    auto& t = c.targets[m.uid];
    if (spares)
      t.doomed = deleted == std::optional(true);
    else if (removes)
      t.doomed = moves_away;
    else if (!conditional)
      t.certain = certainly_changes(*life, wish, here, c.from, i.session);
  }
  if (c.all) {
    ++b.open, ++b.changes;
    for (auto& [uid, f] : b.messages) f.certain = false;
  }
  c.all_changes = b.changes;
}

void modseq_book::target(modseq_change& c, std::uint32_t uid) {
  auto& b = boxes_[c.box];
  auto& f = b.messages[uid];
  auto& t = c.targets[uid];
  t.alone = f.open == 0 && b.open == 0;
  t.value = t.alone && f.certain ? f.value : 0;
  t.least = f.least;
  t.changes = ++f.changes;
  ++f.open;
  f.certain = false;
}

void modseq_book::told(item const& i, ledger const& together) {
  auto const& r = *i.response;
  auto& s = of(i.session);
  auto const* box = mailbox_of(i, together);
  if (r.code == "CLOSED") s.told.clear();
  if (r.code == "HIGHESTMODSEQ") {
    auto const value = r.code_args().number().value_or(0);
    if (i.imap->selecting())
      s.highest = value;
    else if (box)
      boxes_[box].highest = std::max(boxes_[box].highest, value);
  }
  if (r.is("STATUS")) counted(i, together);
  if (!r.is("FETCH") || !box) return;
  auto const uid = told_uid(*i.imap, r);
  std::uint64_t value = 0;
  for_each_item(r, [&](auto name, auto data) {
    if (name.names("MODSEQ")) value = data.first().number().value_or(0);
  });
  if (uid == 0 || value == 0) return;
  s.told[uid] = value;
  auto& b = boxes_[box];
  auto& f = b.messages[uid];
  f.least = std::max(f.least, value);
  b.highest = std::max(b.highest, value);
}

void modseq_book::counted(item const& i, ledger const& together) {
  auto const* box = together.find(i.imap->account, told_mailbox(*i.imap, i.response->args().text()));
  std::uint64_t validity = 0, value = 0;
  for (auto v = i.response->args().next().first(); v; v = v.next().next()) {
    if (v.names("UIDVALIDITY")) validity = v.next().number().value_or(0);
    if (v.names("HIGHESTMODSEQ")) value = v.next().number().value_or(0);
  }
  if (box && box->uidvalidity == validity && value > 0) boxes_[box].highest = std::max(boxes_[box].highest, value);
}

void modseq_book::answered(item const& i, ledger const& together) {
  auto& s = of(i.session);
  auto const now = together.now() + 1;
  if (s.stirring.erase(i.command->serial) > 0) --under_way_, stirred_ = now;
  if (auto const at = s.changes.find(i.command->serial); at != s.changes.end()) {
    auto const c = std::move(at->second);
    s.changes.erase(at);
    done(i, c, now);
  }
  auto const* box = mailbox_of(i, together);
  auto const told = std::exchange(s.told, {});
  if (!box) return;
  auto const sees = sees_since(i, together);
  auto& b = boxes_[box];
  for (auto const& [uid, value] : told) {
    auto& f = b.messages[uid];
    if (!sees_all(box, uid, i.session, sees)) continue;
    f.value = value;
    f.certain = true;
  }
}

void modseq_book::done(item const& i, modseq_change const& c, place now) {
  auto& b = boxes_[c.box];
  bool const ok = i.response->condition == status::ok;
  std::optional<wire::imap::sequence_set> failed;
  if (i.response->code == "MODIFIED") failed = wire::imap::sequence_set::parse(i.response->code_args().raw());
  if (c.all) --b.open, b.written[i.session] = now;
  b.removed_unnamed = b.removed_unnamed || (ok && c.nameless);
  std::size_t removed = 0;
  for (auto const& [uid, t] : c.targets) {
    auto& f = b.messages[uid];
    bool const alone = t.alone && f.changes == t.changes && b.changes == c.all_changes;
    --f.open;
    f.written[i.session] = now;
    if (!ok) continue;
    bool const removes = t.doomed && !std::exchange(f.removed, f.removed || t.doomed);
    if (!alone) continue;
    if (t.certain && !failed) f.above = std::max(f.above, t.least);
    if (!removes || f.gone_above > 0) continue;
    ++removed;
    f.gone_above = c.highest;
    if (i.response->code == "HIGHESTMODSEQ") f.gone_at_most = i.response->code_args().number().value_or(0);
  }
  // Of one alone the new HIGHESTMODSEQ is the removal's; what REPLACE brings may have a later one.
  if (removed == 1 && !i.command->is("REPLACE") && c.targets.size() == 1 && c.by_itself && c.stirs == stirs_)
    for (auto const& [uid, t] : c.targets)
      if (auto& f = b.messages[uid]; t.doomed && f.gone_at_most > f.gone_above) f.gone_above = f.gone_at_most - 1;
  if (removed == 0 || c.highest == 0 || b.removed_unnamed) return;
  b.floor = std::max(b.floor, c.highest + 1);
  b.floor_at = now;
}

}  // namespace mailrig::model
