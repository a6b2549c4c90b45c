// message_place: a message by what never becomes another's (RFC 3501 §2.3.1.1), and the pairs of them that COPYUID
// tells (RFC 4315 §3).
#pragma once

#include <string>

#include "check/checker.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::check {

struct message_place {
  std::string mailbox;  ///< account, LF, name
  std::uint64_t uidvalidity = 0;
  std::uint32_t uid = 0;
  auto operator<=>(message_place const&) const = default;

  static constexpr std::size_t most = 100'000;  ///< so many are remembered

  static std::string key(item const& i, std::string_view mailbox) {
    return i.imap->account + "\n" + model::canonical_mailbox(mailbox);
  }
  /// In the session's own mailbox.
  static message_place here(item const& i, std::uint32_t uid) {
    return {key(i, i.imap->mailbox), i.imap->uidvalidity, uid};
  }
};

/// Of a response with COPYUID: calls f(source, copy, command) for each pair.
template <class F>
void each_copied(item const& i, F f) {
  auto const* c = i.command;
  if (!c && !(c = i.imap->running("MOVE"))) c = i.imap->running("COPY");
  auto const args = i.response->code_args();
  auto const from = wire::imap::sequence_set::parse(args.next().raw());
  auto const to = wire::imap::sequence_set::parse(args.next().next().raw());
  if (!c || c->sent.arguments.size() < 2 || !args.number() || !from || !to) return;
  auto const sources = from->expand(message_place::most), copies = to->expand(message_place::most);
  if (!sources || !copies || sources->size() != copies->size()) return;
  auto const target = message_place::key(i, c->sent.arg(1));
  for (std::size_t n = 0; n < sources->size(); ++n)
    f(message_place::here(i, (*sources)[n]), message_place{target, *args.number(), (*copies)[n]}, *c);
}

}  // namespace mailrig::check
