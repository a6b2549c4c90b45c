// ledger_told: what the server's answers say of mail that several sessions share; see ledger.hpp.
#include <algorithm>

#include "base/text.hpp"
#include "model/append_request.hpp"
#include "model/ext/vanished.hpp"
#include "model/fetch_request.hpp"
#include "model/hierarchy.hpp"
#include "model/ledger.hpp"

namespace mailrig::model {
namespace {

constexpr std::size_t most_uids = 100000;

}  // namespace

void ledger::told(item const& i) {
  auto const& r = *i.response;
  auto& here = record_of(i.session);
  if (bool const copies = r.code == "COPYUID"; copies || r.code == "APPENDUID")
    for (auto& [serial, one] : here.commands)
      if (copies ? one.sent.name == "MOVE" || one.sent.name == "COPY" : one.sent.name == "REPLACE") {
        named(i, one);
        break;
      }
  if (r.code == "PERMANENTFLAGS") {
    here.permanent.emplace();
    if (r.code_args().is_list())
      for (auto f = r.code_args().first(); f; f = f.next()) here.permanent->insert(base::to_lower(f.raw()));
  }
  if (r.name == "VANISHED" && r.args().is_list())
    return gone_earlier(i, here.box, now_, [&](auto name) { return boxes_.find(i.imap->account, name); });
  if (!here.box || i.imap->state != imap_state::selected || i.imap->selecting()) return;
  if (r.name == "FETCH") return told_fetch(i, here);
  if (r.name == "EXPUNGE" && r.number >= 1 && r.number <= i.imap->view.size())
    return told_gone(i, here, i.imap->view.at(r.number).uid);
  if (r.name == "VANISHED")
    if (auto const set = wire::imap::sequence_set::parse(r.args().raw()))
      for (auto const& s : i.imap->view.named_by(*set)) told_gone(i, here, s.uid);
}

void ledger::told_fetch(item const& i, session_record& c) {
  auto const uid = told_uid(*i.imap, *i.response);
  if (uid == 0 || c.box->buried(uid)) return;
  auto& m = c.box->at(uid);
  if (m.seen == never) {
    m.seen = now_;
    m.seen_by = i.session;
    if (!m.explained) {
      ++c.box->unexplained;
      c.box->apply_wild(m, 0);
    }
    // Seen first through an old window: it may be a ghost already.
    if (c.box->last_removal && c.since < c.box->last_removal->to && !m.born) m.doom = c.box->last_removal;
  }
  if (m.doom && m.doom->to < c.since) m.doom = nullptr;
  if (auto const flags = told_flags(*i.response)) {
    for (auto const& f : *flags)
      if (m.flags().size() < 256) m.flag(f);  // no mailbox of people has so many keywords
    // Keywords a server may add by itself; the flags of its own language it may not.
    for (auto const* f : {"\\answered", "\\deleted", "\\draft", "\\flagged", "\\seen"}) m.flag(f);
    for (auto const& [name, reg] : m.flags()) m.flag(name).observed(flags->contains(name));
  }
}

/// All of a mailbox, selected afresh, every UID known: what should be there and is not is gone.
void ledger::looked(item const& i, session_record& c) {
  std::set<std::uint32_t> here;
  for (auto const& s : i.imap->view.slots()) {
    if (s.uid == 0) return;
    here.insert(s.uid);
  }
  for (auto& [uid, m] : c.box->messages)
    if (m.known_before(c.since) && !here.contains(uid)) c.box->fell(m, now_, i.session);
  // From here on every message is accounted for; into INBOX others may deliver.
  auto& b = *c.box;
  bool const ours = b.name != "INBOX" || (b.unexplained == 0 && !here.empty());
  if (b.empty_at != never || !ours || expects_arrivals(b.name)) return;
  if (std::ranges::any_of(b.arrivals, [&](auto const& a) { return a->most > 0 && a->by->to >= c.since; })) return;
  b.arrivals.clear();
  b.unexplained = 0;
  b.empty_at = now_;
}

void ledger::polled(session_record& c, place from) {
  c.polled = from;
  auto horizon = from;
  for (auto const& other : records_)
    if (other && other->box == c.box) horizon = std::min(horizon, other->polled);
  c.box->bury(horizon);
}

/// EXPUNGE or CLOSE with OK: of what the session had in view, everything that had \Deleted all the while is gone.
void ledger::removed_all(item const& i, running const& r) {
  for (auto const& s : r.slots) {
    if (s.uid == 0) continue;
    auto& m = r.box->at(s.uid);
    if (m.has("\\deleted", r.what->from, now_, i.session) == true) r.box->fell(m, now_, i.session);
  }
}

void ledger::told_gone(item const& i, session_record& c, std::uint32_t uid) {
  if (uid != 0 && !c.box->buried(uid)) c.box->fell(c.box->at(uid), now_, i.session);
}

void ledger::named(item const& i, running& r) {
  auto const validity = i.response->code_args().number().value_or(0);
  bool const append = uploads_mail(r.sent);
  auto const from = i.response->code_args().next();
  auto const to = append ? from : from.next();
  auto const set = wire::imap::sequence_set::parse(to.raw());
  auto const uids = set ? set->expand(most_uids) : std::nullopt;
  if (!uids || validity == 0) return;
  auto& b = boxes_.open(i.imap->account, target_of(r.sent), validity);
  // Of several messages each has flags of its own (RFC 3502 §6.3.11).
  auto const messages = append ? appended_messages(r.sent) : std::nullopt;
  for (auto const uid : *uids) {
    if (b.buried(uid)) continue;
    auto& m = b.at(uid);
    if (m.born) continue;
    m.born = r.what;
    bool const fresh = m.seen == never;
    if (m.seen != never && !m.explained && b.unexplained > 0) --b.unexplained;
    m.explained = true;
    if (messages && messages->size() == uids->size() && m.flags().empty()) {
      m.birth_flags.emplace();
      auto const& list = (*messages)[std::size_t(std::ranges::find(*uids, uid) - uids->begin())].flags;
      if (list) m.birth_flags->merge(flag_words(*list));
    }
    if (fresh) b.apply_wild(m, r.what->from);
  }
  if (!append) inherit(i, r, b, from, *uids);
  if (r.coming) r.coming->most = 0;
  if (r.sent.name == "MOVE" && r.box) {
    auto const sources = wire::imap::sequence_set::parse(from.raw());
    auto const left = sources ? sources->expand(most_uids) : std::nullopt;
    r.slots.clear();
    if (left)
      for (auto const uid : *left) r.slots.push_back({uid, 0});
  }
}

/// What COPY and MOVE made has the flags of its source (RFC 3501 §6.4.7), as far as these are certain.
void ledger::inherit(item const& i, running const& r, mailbox_life& to, wire::imap::value from,
                     std::vector<std::uint32_t> const& uids) {
  auto const set = wire::imap::sequence_set::parse(from.raw());
  auto const sources = set ? set->expand(most_uids) : std::nullopt;
  if (!r.box || !sources || sources->size() != uids.size()) return;
  for (std::size_t n = 0; n < uids.size(); ++n) {
    auto const source = r.box->messages.find((*sources)[n]);
    if (source == r.box->messages.end() || to.buried(uids[n])) continue;
    auto& inherited = to.at(uids[n]).inherited;
    for (auto const& [flag, reg] : source->second.flags())
      if (auto const set_there = source->second.has(flag, r.what->from, now_, i.session))
        inherited.emplace(flag, *set_there);
  }
}

}  // namespace mailrig::model
