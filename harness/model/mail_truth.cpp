// mail_truth: see mail_truth.hpp.
#include "model/mail_truth.hpp"

#include "base/text.hpp"
#include "wire/imap/internal_date.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::model {
namespace {

std::shared_ptr<known_message> make(std::string_view octets) {
  auto m = std::make_shared<known_message>();
  m->octets = octets;
  m->parts = wire::mime::read_message(m->octets);
  return m;
}

imap_command const* mover(item const& i) {
  if (i.command) return i.command->is("COPY") || i.command->is("MOVE") ? i.command : nullptr;
  auto const* c = i.imap->oldest();
  return c && c->is("MOVE") && i.imap->in_progress.size() == 1 ? c : nullptr;
}

}  // namespace

std::string mail_truth::box(imap_session const& s, std::string_view name) {
  return s.account + '\0' + canonical_mailbox(name);
}

void mail_truth::command(item const& i) {
  if (i.session >= disturbed_.size()) disturbed_.resize(i.session + 1);
  auto const is = [&](std::string_view verb) { return i.command ? i.command->is(verb) : i.pop3_command_->is(verb); };
  if (is("SELECT") || is("EXAMINE")) disturbed_[i.session] = false;
  bool const removes =
      is("EXPUNGE") || is("CLOSE") || is("MOVE") || is("DELETE") || is("RENAME") || is("DELE") || is("QUIT");
  for (std::size_t s = 0; removes && s < disturbed_.size(); ++s)
    if (s != i.session) disturbed_[s] = true;
}

void mail_truth::see(item const& i) {
  if (i.kind == item_kind::command || i.kind == item_kind::pop3_command) return command(i);
  if (i.kind != item_kind::response || i.response->condition != wire::imap::status::ok || i.response->violation) return;
  if (i.response->code == "APPENDUID" && i.command && i.command->is("APPEND")) appended(i);
  if (i.response->code == "COPYUID") copied(i);
}

void mail_truth::learn(place const& at, std::shared_ptr<known_message> m) {
  if (at.uidvalidity == 0 || at.uid == 0) return;
  known_[at] = std::move(m);
  if (known_.size() > most) known_.erase(known_.begin());
}

/// The octets of one message of an APPEND; nothing where a piece of it is not known.
std::optional<std::string> mail_truth::octets_of(imap_session const& s, appended_message const& m) {
  std::string out;
  if (!m.whole) return std::nullopt;
  for (auto const& p : m.pieces) {
    auto const piece = p.url ? named_by(s, p.text) : std::optional(p.text);
    if (!piece) return std::nullopt;
    out += *piece;
  }
  return out;
}

/// What a URL names, as FETCH BODY tells it (RFC 4469 §3).
std::optional<std::string> mail_truth::named_by(imap_session const& s, std::string_view text) {
  auto const url = message_url::of(text);
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
  if (!out || !url->offset) return out;
  return out->substr(std::min<std::size_t>(*url->offset, out->size()), url->length.value_or(out->npos));
}

void mail_truth::appended(item const& i) {
  auto const& c = i.command->sent;
  auto const args = i.response->code_args();
  auto const set = wire::imap::sequence_set::parse(args.next().raw());
  auto const uids = set ? set->expand(most) : std::nullopt;
  auto const messages = appended_messages(c);
  if (!args.number() || !uids || !messages || uids->size() != messages->size()) return;
  for (std::size_t n = 0; n < messages->size(); ++n) {
    auto const& from = (*messages)[n];
    auto const octets = octets_of(*i.imap, from);
    if (!octets || !wire::mime::has_plain_lines(*octets)) continue;
    auto m = make(*octets);
    m->made = from.catenated         ? known_message::of_pieces
              : messages->size() > 1 ? known_message::together
                                     : known_message::alone;
    if (from.date)
      m->date = wire::imap::instant_of(*from.date);
    else
      m->undated_from = i.command->begun, m->undated_to = i.at;
    learn({box(*i.imap, c.arg(0)), *args.number(), (*uids)[n]}, std::move(m));
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
    learn({box(*i.imap, c->sent.arg(1)), *args.number(), (*targets)[n]}, std::move(copy));
  }
}

known_message* mail_truth::find(imap_session const& s, slot const& m) {
  if (m.uid == 0 || s.uidvalidity == 0) return nullptr;
  auto const at = known_.find({box(s, s.mailbox), s.uidvalidity, m.uid});
  return at == known_.end() ? nullptr : at->second.get();
}

void mail_truth::fetched(imap_session const& s, slot const& m, std::string_view octets) {
  learn({box(s, s.mailbox), s.uidvalidity, m.uid}, make(octets));
}

}  // namespace mailrig::model
