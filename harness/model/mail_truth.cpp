// mail_truth: see mail_truth.hpp.
#include "model/mail_truth.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "wire/imap/internal_date.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::model {
namespace {

/// A literal above the reader's limit is left out of the command.
bool kept_whole(wire::imap::command const& c, std::string_view literal) {
  return c.octets.find(fmt::format("{{{}}}\r\n", literal.size())) != std::string::npos ||
         c.octets.find(fmt::format("{{{}+}}\r\n", literal.size())) != std::string::npos;
}

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

void mail_truth::appended(item const& i) {
  auto const& c = i.command->sent;
  auto const args = i.response->code_args();
  auto const uid = base::number(args.next().raw());  // a set of one
  // One message, its literal kept whole: the command's last argument.
  if (!args.number() || !uid || c.arguments.size() < 2 || c.arguments.size() > 4 || !c.arguments.back().string) return;
  auto const& octets = c.arguments.back().text;
  if (!kept_whole(c, octets) || !wire::mime::has_plain_lines(octets)) return;
  auto m = make(octets);
  auto const& before = c.arguments[c.arguments.size() - 2];
  if (c.arguments.size() > 2 && before.string) m->date = wire::imap::instant_of(before.text);
  learn({box(*i.imap, c.arg(0)), *args.number(), std::uint32_t(*uid)}, std::move(m));
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
