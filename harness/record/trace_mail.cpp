// trace_mail: see trace_mail.hpp.
#include "record/trace_mail.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "model/append_request.hpp"
#include "model/fetch_request.hpp"
#include "record/structure_mail.hpp"
#include "wire/imap/internal_date.hpp"

namespace mailrig::record {

using model::item_kind;
using wire::imap::status;

std::vector<lying_message> const& trace_mail::in(std::string const& mailbox) const {
  static std::vector<lying_message> const none;
  auto const at = places_.find(mailbox);
  return at == places_.end() ? none : at->second.lying;
}

/// By their UIDs; where these were not told, by their places, if there are as many.
void trace_mail::learn_from(trace_mail const& longer) {
  for (auto& [mailbox, p] : places_) {
    auto const& all = longer.in(mailbox);
    for (std::size_t n = 0; n < p.lying.size(); ++n) {
      auto& m = p.lying[n];
      auto same = m.uid ? std::ranges::find(all, m.uid, &lying_message::uid) : all.end();
      if (same == all.end() && all.size() == p.lying.size()) same = all.begin() + std::ptrdiff_t(n);
      if (same == all.end()) continue;
      if (!m.size) m.size = same->size;
      if (!m.octets) m.octets = same->octets;
      if (m.date.empty()) m.date = same->date;
      if (!m.head) m.head = same->head;
      if (m.fields.empty()) m.fields = same->fields;
      if (m.structure.empty()) m.structure = same->structure;
    }
  }
}

std::optional<std::size_t> trace_mail::index_of(model::item const& i, std::uint64_t number) const {
  auto const w = watches_.find(i.session);
  if (w == watches_.end() || number < 1 || number > i.imap->view.size()) return std::nullopt;
  auto const at = w->second.index.find(i.imap->view.at(number).serial);
  return at == w->second.index.end() ? std::nullopt : std::optional(at->second);
}

trace_mail::place& trace_mail::of(std::string_view mailbox) { return places_[model::canonical_mailbox(mailbox)]; }

/// The first who looks sees what lay there, and behind it what came by the trace's own clients.
void trace_mail::count(place& p, std::uint64_t messages) {
  constexpr std::uint64_t most = 100'000;
  if (std::exchange(p.seen, true)) return;
  p.lying.resize(std::min(most, messages - std::min(messages, p.arrived)));
}

void trace_mail::see(model::item const& i) {
  if (i.kind == item_kind::opened) watches_.erase(i.session);
  if (i.kind == item_kind::command) command(i);
  if (i.kind == item_kind::reply) reply(i);
  if (i.kind != item_kind::response) return;
  if (i.response->kind == wire::imap::response_kind::tagged) tagged(i);
  if (i.response->kind == wire::imap::response_kind::untagged) untagged(i);
}

// --- IMAP ------------------------------------------------------------------------------------------------------------

/// Whether a FETCH sets \Seen by what it asks for.
static bool reads_mail(wire::imap::command const& c) {
  auto const items = base::to_upper(c.arg(1));
  return items.find("BODY[") != items.npos || items.find("BINARY[") != items.npos ||
         std::ranges::any_of(model::requested_items(c),
                             [](auto const& r) { return r.label == "RFC822" || r.label == "RFC822.TEXT"; });
}

void trace_mail::command(model::item const& i) {
  auto const& c = i.command->sent;
  auto const w = watches_.find(i.session);
  bool const stores = c.name == "STORE", reads = c.name == "FETCH" && reads_mail(c);
  if (w == watches_.end() || (!stores && !reads)) return;
  auto& lying = of(w->second.mailbox).lying;
  for (auto const& slot : model::named_slots(*i.imap, c))
    if (auto const at = w->second.index.find(slot.serial); at != w->second.index.end())
      (stores ? lying[at->second].stored : lying[at->second].read) = true;
}

void trace_mail::tagged(model::item const& i) {
  if (!i.command || i.response->condition != status::ok) return;
  auto const& c = i.command->sent;
  if (c.name == "SELECT" || c.name == "EXAMINE") return opened(i);
  if (c.name == "CLOSE" || c.name == "UNSELECT") watches_.erase(i.session);
  bool const takes = c.name == "EXPUNGE" || c.name == "CLOSE" || c.name == "MOVE" || c.name == "REPLACE";
  if (takes) of(i.imap->mailbox).removed = true;
  if (model::uploads_mail(c)) ++of(model::target_of(c)).arrived;
  if (c.name == "COPY" || c.name == "MOVE") of(c.arg(1)).arrived += model::named_slots(*i.imap, c).size();
}

void trace_mail::opened(model::item const& i) {
  auto const mailbox = model::canonical_mailbox(i.command->sent.arg(0));
  auto& p = of(mailbox);
  auto const& view = i.imap->view;
  count(p, view.size());
  auto& w = watches_[i.session] = {mailbox, {}};
  if (p.removed) return;
  for (std::size_t n = 1; n <= std::min(view.size(), p.lying.size()); ++n) w.index[view.at(n).serial] = n - 1;
}

void trace_mail::untagged(model::item const& i) {
  auto const& r = *i.response;
  if (r.is("FETCH")) return fetched(i);
  if (r.is("SEARCH")) return searched(i);
  if (r.is("EXPUNGE") || r.is("VANISHED")) of(i.imap->mailbox).removed = true;
  if (!r.is("STATUS")) return;
  auto const items = r.args().next();
  for (auto item = items.first(); item; item = item.next().next())
    if (item.names("MESSAGES"))
      if (auto const n = item.next().number()) count(of(r.args().text()), *n);
}

void trace_mail::learn_uid(model::item const& i, std::uint64_t number, std::uint32_t uid) {
  if (uid == 0 || number < 1 || number > i.imap->view.size()) return;
  auto& w = watches_[i.session];
  auto& lying = of(w.mailbox).lying;
  auto const serial = i.imap->view.at(number).serial;
  if (auto const at = w.index.find(serial); at != w.index.end()) {
    if (lying[at->second].uid == 0) lying[at->second].uid = uid;
    return;
  }
  auto const known = std::ranges::find(lying, uid, &lying_message::uid);
  if (known != lying.end()) w.index[serial] = std::size_t(known - lying.begin());
}

/// Where all are asked for, and none has gone, the UIDs stand in the order of the numbers.
void trace_mail::searched(model::item const& i) {
  auto const* c = i.imap->running("SEARCH");
  if (!c || !c->sent.uid || !watches_.contains(i.session)) return;
  std::vector<std::uint32_t> uids;
  for (auto v = i.response->args(); v; v = v.next())
    if (auto const n = v.number()) uids.push_back(std::uint32_t(*n));
  if (uids.size() != i.imap->view.size()) return;
  std::ranges::sort(uids);
  for (std::size_t n = 1; n <= uids.size(); ++n) learn_uid(i, n, uids[n - 1]);
}

void trace_mail::fetched(model::item const& i) {
  if (!watches_.contains(i.session)) return;
  auto const number = i.response->number;
  model::for_each_item(*i.response, [&](auto name, auto data) {
    if (name.names("UID")) learn_uid(i, number, std::uint32_t(data.number().value_or(0)));
  });
  auto const at = index_of(i, number);
  if (!at) return;
  auto& m = of(watches_[i.session].mailbox).lying[*at];
  model::for_each_item(*i.response, [&](auto name, auto data) {
    auto const label = base::to_upper(name.text());
    auto keep = [&](std::optional<std::string>& to) {
      if (!to && data.is_string()) to = data.text();
    };
    if (label == "RFC822.SIZE" && !m.size) m.size = data.number();
    if (label == "INTERNALDATE" && m.date.empty() && wire::imap::instant_of(data.text())) m.date = data.text();
    if (label == "BODY[]" || label == "RFC822") keep(m.octets);
    if (label == "BODY[HEADER]" || label == "RFC822.HEADER") keep(m.head);
    if (label == "BODY[TEXT]" || label == "RFC822.TEXT") keep(m.text);
    if (label == "ENVELOPE" && m.fields.empty()) m.fields = envelope_fields(data);
    if (label == "BODYSTRUCTURE" && m.structure.empty()) m.structure = structure_octets(data);
    if (label != "FLAGS" || m.flags || m.stored) return;
    m.flags.emplace();
    for (auto f = data.first(); f; f = f.next())
      if (!f.names("\\Recent") && !(m.read && f.names("\\Seen"))) m.flags->push_back(f.text());
  });
  if (!m.octets && m.head && m.text) m.octets = *m.head + *m.text;
}

// --- POP3 ------------------------------------------------------------------------------------------------------------

void trace_mail::reply(model::item const& i) {
  if (!i.pop3_command_ || i.reply->status != wire::pop3::indicator::ok) return;
  auto const& c = *i.pop3_command_;
  auto& p = of("INBOX");
  auto const number = base::number(c.arg(0)).value_or(0);
  auto const message = [&](std::uint64_t n) {
    return !p.removed && n >= 1 && n <= p.lying.size() ? &p.lying[n - 1] : nullptr;
  };
  if (c.is("QUIT") && !i.pop3->deleted.empty()) p.removed = true;
  if (c.is("STAT"))
    if (auto const told = wire::pop3::read_stat(i.reply->text)) count(p, told->messages);
  if (c.is("LIST") && i.reply->multi) {
    auto const lines = wire::pop3::body_lines(i.reply->body);
    if (i.pop3->deleted.empty()) count(p, lines.size());
    for (auto const& line : lines)
      if (auto const told = wire::pop3::read_scan_listing(line))
        if (auto* m = message(told->first); m && !m->size) m->size = told->second;
  }
  if (c.is("UIDL") && i.reply->multi && i.pop3->deleted.empty()) count(p, wire::pop3::body_lines(i.reply->body).size());
  if (c.is("RETR"))
    if (auto* m = message(number); m && !m->octets) m->octets = wire::pop3::unstuffed(i.reply->body);
}

}  // namespace mailrig::record
