// mail_truth: see mail_truth.hpp.
#include "model/mail_truth.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "model/ext/utf8_names.hpp"
#include "model/fetch_request.hpp"
#include "wire/imap/internal_date.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::model {
namespace {

bool has_wide_headers(wire::mime::part const& p) {
  return !base::is_ascii(p.header) || std::ranges::any_of(p.parts, has_wide_headers);
}

std::shared_ptr<known_message> make(std::string_view octets) {
  auto m = std::make_shared<known_message>();
  m->octets = octets;
  m->parts = wire::mime::read_message(m->octets);
  m->wide = has_wide_headers(m->parts);
  return m;
}

imap_command const* mover(item const& i) {
  if (i.command) return i.command->is("COPY") || i.command->is("MOVE") ? i.command : nullptr;
  auto const* c = i.imap->oldest();
  return c && c->is("MOVE") && i.imap->in_progress.size() == 1 ? c : nullptr;
}

}  // namespace

imap_command const* uploader(item const& i) {
  auto const* c = i.command ? i.command : i.imap->running("REPLACE");
  return c && uploads_mail(c->sent) ? c : nullptr;
}

std::string mail_truth::box(imap_session const& s, std::string_view name) {
  return s.account + '\0' + canonical_mailbox(name);
}

void mail_truth::command(item const& i) {
  if (i.session >= disturbed_.size()) disturbed_.resize(i.session + 1);
  auto const is = [&](std::string_view verb) { return i.command ? i.command->is(verb) : i.pop3_command_->is(verb); };
  if (is("SELECT") || is("EXAMINE")) disturbed_[i.session] = false;
  bool const removes = is("EXPUNGE") || is("CLOSE") || is("MOVE") || is("REPLACE") || is("DELETE") || is("RENAME") ||
                       is("DELE") || is("QUIT");
  for (std::size_t s = 0; removes && s < disturbed_.size(); ++s)
    if (s != i.session) disturbed_[s] = true;
}

void mail_truth::see(item const& i) {
  if (i.kind == item_kind::command || i.kind == item_kind::pop3_command) return command(i);
  if (i.kind != item_kind::response || i.response->violation) return;
  if (i.response->is("FETCH")) fetched(i);
  if (i.response->condition != wire::imap::status::ok) return;
  if (i.response->code == "APPENDUID")
    if (auto const* by = uploader(i)) appended(i, *by);
  if (i.response->code == "COPYUID") copied(i);
}

void mail_truth::learn(place const& at, std::shared_ptr<known_message> m) {
  if (at.uidvalidity == 0 || at.uid == 0) return;
  known_[at] = std::move(m);
  if (known_.size() > most) known_.erase(known_.begin());
}

/// The octets of one message of an APPEND; nothing where a piece of it is not known.
std::optional<mail_truth::text> mail_truth::octets_of(imap_session const& s, appended_message const& m) const {
  text out;
  if (!m.whole) return std::nullopt;
  for (auto const& p : m.pieces) {
    auto const piece = p.url ? named_by(s, p.text) : std::optional(text{p.text, false});
    if (!piece) return std::nullopt;
    out.octets += piece->octets;
    out.told = out.told || piece->told;
  }
  return out;
}

/// What a URL names, as FETCH BODY tells it (RFC 4469 §3).
std::optional<mail_truth::text> mail_truth::named_by(imap_session const& s, std::string_view words) const {
  auto const url = message_url::of(words);
  bool const selected = s.state == imap_state::selected;
  if (!url || (!url->mailbox && !selected)) return std::nullopt;
  auto const name = canonical_mailbox(url->mailbox ? *url->mailbox : s.mailbox);
  auto validity = url->uidvalidity;
  if (validity == 0 && selected && name == s.mailbox) validity = s.uidvalidity;
  known_message const* found = nullptr;
  for (auto at = known_.lower_bound({box(s, name), validity, 0}); at != known_.end(); ++at) {
    if (at->first.mailbox != box(s, name) || (validity != 0 && at->first.uidvalidity != validity)) break;
    if (at->first.uid != url->uid) continue;
    if (found) return std::nullopt;
    found = at->second.get();
  }
  if (!found) return std::nullopt;
  auto out = url->section.empty() ? std::optional(found->octets)
                                  : wire::mime::section(found->parts, "BODY[" + url->section + "]");
  if (out && url->offset)
    out = out->substr(std::min<std::size_t>(*url->offset, out->size()), url->length.value_or(out->npos));
  return out ? std::optional(text{std::move(*out), found->told}) : std::nullopt;
}

void mail_truth::appended(item const& i, imap_command const& by) {
  auto const& c = by.sent;
  auto const args = i.response->code_args();
  auto const set = wire::imap::sequence_set::parse(args.next().raw());
  auto const uids = set ? set->expand(most) : std::nullopt;
  auto const messages = appended_messages(c);
  if (!args.number() || !uids || !messages || uids->size() != messages->size()) return;
  for (std::size_t n = 0; n < messages->size(); ++n) {
    auto const& from = (*messages)[n];
    auto const from_pieces = octets_of(*i.imap, from);
    if (!from_pieces || !wire::mime::has_plain_lines(from_pieces->octets)) continue;
    auto m = make(from_pieces->octets);
    m->told = from_pieces->told;
    m->made = from.catenated         ? known_message::of_pieces
              : messages->size() > 1 ? known_message::together
                                     : known_message::alone;
    if (from.date)
      m->date = wire::imap::instant_of(*from.date);
    else
      m->undated_from = by.begun, m->undated_to = i.at;
    learn({box(*i.imap, target_of(c)), *args.number(), (*uids)[n]}, std::move(m));
  }
}

void mail_truth::copied(item const& i) {
  auto const* c = mover(i);
  if (!c) return;
  auto const args = i.response->code_args();
  auto const from = wire::imap::sequence_set::parse(args.next().raw());
  auto const to = wire::imap::sequence_set::parse(args.next().next().raw());
  if (!args.number() || !from || !to) return;
  auto const sources = from->expand(most), targets = to->expand(most);
  if (!sources || !targets || sources->size() != targets->size()) return;
  for (std::size_t n = 0; n < sources->size(); ++n) {
    auto const* m = find(*i.imap, {(*sources)[n], 0});
    if (!m) continue;
    auto copy = make(m->octets);
    copy->copy_of = (*sources)[n];
    copy->told = m->told;
    learn({box(*i.imap, c->sent.arg(1)), *args.number(), (*targets)[n]}, std::move(copy));
  }
}

known_message const* mail_truth::find(imap_session const& s, slot const& m) const {
  if (m.uid == 0 || s.uidvalidity == 0) return nullptr;
  auto const at = known_.find({box(s, s.mailbox), s.uidvalidity, m.uid});
  if (at == known_.end()) return nullptr;
  // Who has not enabled UTF-8 may be shown a surrogate of it.
  return at->second->wide && is_legacy(s) ? nullptr : at->second.get();
}

/// All of a message that was unknown.
void mail_truth::fetched(item const& i) {
  auto const& s = *i.imap;
  auto const n = i.response->number;
  if (n == 0 || n > s.view.size() || s.selecting()) return;
  auto const known = s.view.at(n).uid;
  auto const uid = known != 0 ? known : told_uid(s, *i.response);
  if (uid == 0 || find(s, {uid, 0})) return;
  for_each_item(*i.response, [&](auto name, auto data) {
    if (!data.is_string()) return;
    auto const label = canonical_label(name.raw());
    if (label != "BODY[]" && label != "RFC822") return;
    auto const octets = data.text();
    if (is_legacy(s)) return;                            // it may be a surrogate
    if (octets.empty() && disturbed(i.session)) return;  // what another session expunged, shown as if it were empty
    auto m = make(octets);
    m->told = true;
    learn({box(s, s.mailbox), s.uidvalidity, uid}, std::move(m));
  });
}

}  // namespace mailrig::model
