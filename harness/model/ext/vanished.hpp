// vanished: VANISHED (EARLIER) tells what was removed from the mailbox that is selected, or is being selected (RFC 7162
// §3.2.10.1); it feeds what is known of mail. Who remembers nothing names all that is not there (§5.1).
#pragma once

#include "model/conversation.hpp"
#include "model/mailbox_life.hpp"

namespace mailrig::model {

/// `find`: the mailbox of a name.
template <class Find>
void gone_earlier(item const& i, mailbox_life* selected, place now, Find find) {
  auto const set = wire::imap::sequence_set::parse(i.response->args().next().raw());
  auto const* opening = i.imap->running("SELECT");
  if (!opening) opening = i.imap->running("EXAMINE");
  auto* box = opening ? find(canonical_mailbox(opening->sent.arg(0))) : selected;
  if (!set || !box || (opening && box->uidvalidity != i.imap->uidvalidity)) return;
  for (auto& [uid, m] : box->messages)
    if (m.gone == never && set->contains(uid, 0)) box->fell(m, now, i.session);
}

}  // namespace mailrig::model
