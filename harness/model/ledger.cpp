// ledger: see ledger.hpp.
#include "model/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "model/append_request.hpp"
#include "model/ext/vanished.hpp"
#include "model/fetch_request.hpp"
#include "model/hierarchy.hpp"

namespace mailrig::model {

using wire::imap::response_kind;
using wire::imap::status;

namespace {

std::string shortened(std::string_view text) {
  auto out = base::printable(text.substr(0, text.find_first_of("\r\n")));
  return out.size() > 80 ? out.substr(0, 77) + "..." : out;
}

/// The command as the client wrote it, without its tag.
std::string words_of(wire::imap::command const& c) {
  auto const space = c.octets.find(' ');
  return shortened(space == c.octets.npos ? c.octets : std::string_view(c.octets).substr(space + 1));
}

}  // namespace

// --- all of them -----------------------------------------------------------------------------------------------------

ledger::session_record& ledger::record_of(history::session_id id) {
  if (id >= records_.size()) records_.resize(id + 1);
  if (!records_[id]) records_[id] = std::make_unique<session_record>();
  return *records_[id];
}

ledger::open_mailbox const* ledger::open_mailbox_of(history::session_id id) const {
  return id < records_.size() && records_[id] && knows(records_[id]->box) ? records_[id].get() : nullptr;
}

bool ledger::may_be_gone(history::session_id id, std::uint32_t uid) const {
  auto const* opened = open_mailbox_of(id);
  auto const* m = opened ? opened->box->find(uid) : nullptr;
  return m && (m->gone != never || opened->box->cause(*m, now_ + 1));
}

operation_ptr ledger::operation_of(item const& i) const {
  if (!i.command || i.session >= records_.size() || !records_[i.session]) return nullptr;
  auto const at = records_[i.session]->commands.find(i.command->serial);
  return at == records_[i.session]->commands.end() ? nullptr : at->second.what;
}

std::set<std::string> ledger::flag_words(std::string_view text) {
  std::set<std::string> out;
  for (auto w : base::words(text)) {
    while (w.starts_with('(')) w.remove_prefix(1);
    while (w.ends_with(')')) w.remove_suffix(1);
    if (!w.empty() && !base::iequals(w, "\\Recent")) out.insert(base::to_lower(w));
  }
  return out;
}

ledger::store_request ledger::read_store(wire::imap::command const& c) {
  store_request out;
  out.conditional = c.arg(1).starts_with('(');
  std::size_t const at = out.conditional ? 2 : 1;
  out.item = base::to_upper(c.arg(at));
  for (std::size_t n = at + 1; n < c.arguments.size(); ++n) out.flags.merge(flag_words(c.arg(n)));
  return out;
}

std::shared_ptr<operation> ledger::begin(item const& i, std::string words) const {
  auto d = std::make_shared<operation>();
  d->from = now_, d->sent = i.at;
  d->by = i.session, d->words = std::move(words);
  return d;
}

void ledger::see(item const& i) {
  ++now_, shared_.see(i);
  if (i.pop3) return pop3(i);
  switch (i.kind) {
    case item_kind::command: return asked(i);
    case item_kind::response: return i.response->kind == response_kind::tagged ? answered(i) : told(i);
    case item_kind::ended:
      // What was under way may still take effect, but nobody sits here any more.
      if (i.session < records_.size() && records_[i.session]) {
        for (auto const& [serial, r] : records_[i.session]->commands)
          names_lost_ = names_lost_ || changes_names(r.sent);
        records_[i.session].reset();
      }
      return;
    default: return;
  }
}

// --- what is asked for -----------------------------------------------------------------------------------------------

void ledger::asked(item const& i) {
  auto const& c = i.command->sent;
  auto& here = record_of(i.session);
  running r;
  r.what = begin(i, words_of(c));
  r.sent = c;
  r.box = i.imap->state == imap_state::selected && !i.imap->selecting() ? here.box : nullptr;
  r.view = i.imap->view.size();
  // Behind a command that may bring EXPUNGE a number's meaning is not known yet.
  r.sure = std::ranges::none_of(i.imap->in_progress, [&](imap_command const& other) {
    return other.serial == i.command->serial ? names_unknown(*i.imap, c) : !c.uid && !other.forbids_expunge();
  });
  if (c.name == "SELECT" || c.name == "EXAMINE") {
    here.select_from = now_;
    here.permanent.reset();  // what is not told again is not as it was elsewhere
  }
  if (c.name == "DELETE" || c.name == "RENAME") boxes_.leaving(i.imap->account, c.arg(0), r.what);
  if (c.name == "RENAME") boxes_.renaming(i.imap->account, c.arg(0), c.arg(1), r.what);
  if (r.box && (c.name == "STORE" || c.name == "FETCH" || c.name == "MOVE" || c.name == "REPLACE" ||
                (c.name == "EXPUNGE" && c.uid)))
    r.slots = named_slots(*i.imap, c);
  // In a mailbox that is read-only STORE may still set flags for the session alone (RFC 3501 §7.1, PERMANENTFLAGS).
  if (r.box && (c.name == "STORE" || (c.name == "FETCH" && sets_seen(c) && !here.read_only))) stored(r, here);
  if (r.box && !here.read_only) {
    if ((c.name == "EXPUNGE" && !c.uid && r.sure) || c.name == "CLOSE") r.slots = i.imap->view.slots();
    removes(r);
  }
  if (c.name == "COPY" && r.box) r.slots = named_slots(*i.imap, c);
  if (brings_mail(c)) transfers(i, r);
  here.commands[i.command->serial] = std::move(r);
}

ledger::horizon ledger::horizon_of(mailbox_life const& box) const {
  horizon out;
  for (std::size_t id = 0; id < records_.size(); ++id) {
    if (!records_[id]) continue;
    auto const& c = *records_[id];
    bool const opening = std::ranges::any_of(c.commands, [](auto const& one) {
      return one.second.sent.name == "SELECT" || one.second.sent.name == "EXAMINE";
    });
    auto const sees = std::min(c.box == &box ? c.since : never, opening ? c.select_from : never);
    if (sees < out.first)
      out = {sees, out.first, history::session_id(id)};
    else
      out.next = std::min(out.next, sees);
  }
  return out;
}

void ledger::stored(running& r, session_record& c) {
  auto const [item, flags, conditional] =
      r.sent.name == "FETCH" ? store_request{"+FLAGS", {"\\seen"}, false} : read_store(r.sent);
  bool const sure_of_all = r.sure && !conditional && !c.read_only;
  std::optional<horizon> seen;
  auto apply = [&, &item = item, &flags = flags](message_life& m, bool sure) {
    auto stays = [&](std::string const& f) {
      return !c.permanent || c.permanent->contains(f) || (f[0] != '\\' && c.permanent->contains("\\*"));
    };
    if (m.crowded()) {
      if (!seen) seen = horizon_of(*r.box);
      m.forget([&](operation const& d) { return seen->settled(d); });
    }
    if (item.starts_with("FLAGS")) return m.replaced(r.what, flags, sure && std::ranges::all_of(flags, stays));
    for (auto const& f : flags) m.flag(f).write(r.what, item[0] == '+', sure && stays(f));
  };
  std::set<std::uint32_t> done;
  for (auto const& s : r.slots)
    if (s.uid != 0 && done.insert(s.uid).second) apply(r.box->at(s.uid), sure_of_all);
  // A number whose UID nobody told yet, and UIDs that this session was not told of: any of the others may be meant.
  // "*" and what lies beyond may be what arrives before the command runs.
  bool const blind = std::ranges::any_of(r.slots, [](slot const& s) { return s.uid == 0; });
  auto const named = wire::imap::sequence_set::parse(r.sent.arg(0));
  auto const set = r.sent.uid ? named : std::nullopt;
  bool const beyond = named && std::ranges::any_of(named->ranges(), [&](auto const& x) { return x.high > r.view; });
  bool const open = blind || !r.sure || set || beyond;
  if (!open) return;
  // Of "*" nothing is known: any may be the last.
  bool const last_unknown = r.slots.empty();
  for (auto& [uid, m] : r.box->messages)
    if (!done.contains(uid) && m.gone == never &&
        (!set || set->contains(uid, last_unknown ? uid : wire::imap::sequence_set::star)))
      apply(m, false);
  r.box->wild.push_back({r.what, item, flags, set});
  if (r.box->wild.size() > 48) r.box->wild.erase(r.box->wild.begin());
}

void ledger::removes(running& r) {
  auto const& c = r.sent;
  if (c.name == "EXPUNGE" || c.name == "CLOSE") {
    removal gone{r.what, true, std::nullopt, std::nullopt, never};
    if (c.uid) gone.uids = wire::imap::sequence_set::parse(c.arg(0));
    r.box->removals.push_back(std::move(gone));
  }
  if (c.name == "MOVE" || c.name == "REPLACE") {
    removal gone{r.what, false, std::nullopt, std::nullopt, never};
    bool const all_known = r.sure && std::ranges::none_of(r.slots, [](slot const& s) { return s.uid == 0; });
    if (c.uid) {
      gone.uids = wire::imap::sequence_set::parse(c.arg(0));
    } else if (all_known) {
      gone.only.emplace();
      for (auto const& s : r.slots) gone.only->insert(s.uid);
    }
    r.box->removals.push_back(std::move(gone));
  }
}

/// Its set goes beyond what its sender knows, so that it takes what arrives while it runs, too.
bool ledger::reaches_arrivals(running const& r) {
  auto const set = wire::imap::sequence_set::parse(r.sent.arg(0));
  auto const last = !r.sent.uid ? r.view : r.box->messages.empty() ? 0 : r.box->messages.rbegin()->first;
  return !set || std::ranges::any_of(set->ranges(), [&](auto const& x) { return x.high > last; });
}

void ledger::transfers(item const& i, running& r) {
  bool const uploads = uploads_mail(r.sent);
  auto const appended = uploads ? appended_messages(r.sent) : std::nullopt;
  auto count = appended ? appended->size() : r.slots.size();
  if (uploads && !appended) count = std::max<std::size_t>(r.sent.arguments.size(), 1);
  if (!uploads && (r.sent.uid || !r.sure)) count = std::max(count, r.box ? r.box->messages.size() : count);
  if (!uploads && (!r.box || reaches_arrivals(r))) count = mailbox_life::unbounded;
  r.coming = std::make_shared<mailbox_life::coming>(mailbox_life::coming{r.what, count});
  boxes_.coming(i.imap->account, target_of(r.sent), r.coming);
}

/// Something that was sent before the mailbox was known may still bring messages into it.
bool ledger::expects_arrivals(std::string_view name) const {
  for (auto const& c : records_)
    if (c)
      for (auto const& [serial, r] : c->commands)
        if ((brings_mail(r.sent) && canonical_mailbox(target_of(r.sent)) == name) || r.sent.name == "RENAME")
          return true;
  return false;
}

/// No other command on names is under way, and none was answered since this one was sent.
bool ledger::names_at_rest(operation const& by) const {
  if (names_lost_ || names_changed_ > by.from) return false;
  for (auto const& c : records_)
    if (c)
      for (auto const& [serial, r] : c->commands)
        if (changes_names(r.sent)) return false;
  return true;
}

void ledger::answered(item const& i) {
  auto& here = record_of(i.session);
  if (!i.command) return;
  auto const at = here.commands.find(i.command->serial);
  if (at == here.commands.end()) return;
  auto r = std::move(at->second);
  here.commands.erase(at);
  bool const done = i.response->condition == status::ok, ok = done && i.response->code != "MESSAGELIMIT";  // in part
  if (ok && (i.response->code == "APPENDUID" || i.response->code == "COPYUID")) named(i, r);
  r.what->to = now_;
  r.what->answered = i.at;
  r.what->good = ok;
  auto const& name = r.sent.name;
  if (name == "EXPUNGE" || name == "CLOSE" || name == "MOVE") {
    if (r.box) r.box->settle(r.what);
  } else if (name == "DELETE" || name == "RENAME" || name == "REPLACE") {
    boxes_.each([&](mailbox_life& b) {
      ok ? b.settle(r.what) : (void)std::erase_if(b.removals, [&](removal const& x) { return x.by == r.what; });
    });
  }
  if (!done && r.coming) r.coming->most = 0;
  if (ok && name == "CREATE") boxes_.created(i.imap->account, r.sent.arg(0), *r.what, now_, names_at_rest(*r.what));
  if (changes_names(r.sent)) names_changed_ = now_;
  if (ok && r.box && (name == "STORE" || name == "FETCH"))
    for (auto const& s : r.slots)
      if (s.uid != 0 && (name == "STORE" || sets_seen(r.sent))) r.box->changes.emplace_back(now_, s.uid);
  for (; r.box && r.box->changes.size() > 20000; ++r.box->changes_before) r.box->changes.pop_front();
  if (ok && name == "NOOP" && here.box && i.imap->notify.tells_all()) polled(here, r.what->from);
  if (bool const replaces = name == "REPLACE" && r.sure;
      ok && r.box && (replaces || (name == "MOVE" && i.imap->can("UIDPLUS"))))
    for (auto const& s : r.slots)
      if (s.uid != 0 && (replaces || s.serial == 0)) r.box->fell(r.box->at(s.uid), now_, i.session);
  if (ok && name == "FETCH" && r.sent.arg(0) == "1:*" && here.box && i.imap->state == imap_state::selected)
    looked(i, here);
  if (ok && (name == "EXPUNGE" || name == "CLOSE") && r.box && here.box == r.box && !here.read_only) removed_all(i, r);
  if (name == "SELECT" || name == "EXAMINE") opened(i, here);
  if (ok && (name == "CLOSE" || name == "UNSELECT")) here.box = nullptr;
}

void ledger::opened(item const& i, session_record& c) {
  auto const from = c.select_from;
  bool const ok = i.response->condition == status::ok;
  if (!ok && i.response->condition == status::bad) return;
  c.box = nullptr;
  if (!ok || i.imap->uidvalidity == 0) return;
  c.box = &boxes_.open(i.imap->account, i.command->sent.arg(0), i.imap->uidvalidity);
  c.since = c.polled = from;
  c.read_only = i.response->code == "READ-ONLY" || i.command->is("EXAMINE");
  auto& b = *c.box;
  if (i.imap->view.size() == 0 && b.empty() && b.empty_at == never && !expects_arrivals(b.name)) b.empty_at = now_;
  if (i.imap->uidnext > b.uidnext) {
    b.uidnext = i.imap->uidnext;
    b.uidnext_at = now_;
    b.uidnext_by = i.session;
  }
  sent_behind(i, c);
}

/// What was sent behind SELECT without waiting for it is done in this mailbox, to messages that its sender did not
/// know.
void ledger::sent_behind(item const& i, session_record& c) {
  for (auto& [serial, later] : c.commands) {
    if (serial < i.command->serial || later.box) continue;
    auto const& name = later.sent.name;
    if (name == "SELECT" || name == "EXAMINE" || name == "CLOSE" || name == "UNSELECT") return;
    later.box = c.box;
    later.sure = false;
    if (name == "STORE" || (name == "FETCH" && sets_seen(later.sent) && !c.read_only)) stored(later, c);
    if (!c.read_only) removes(later);
  }
}

}  // namespace mailrig::model
