// shared_names: see shared_names.hpp.
#include "model/ext/shared_names.hpp"

#include <algorithm>

namespace mailrig::model {
namespace {

std::string shared_key(std::string const& account, std::string_view mailbox) {
  return account + "\n" + canonical_mailbox(mailbox);
}

}  // namespace

void shared_names::see(item const& i) {
  if (!i.imap) return;
  // Mailboxes that are made below it have its rights too (RFC 4314 §4).
  if (i.kind == item_kind::command && (i.command->is("SETACL") || i.command->is("DELETEACL")))
    prefixes_.insert(shared_key(i.imap->account, i.command->sent.arg(0)));
  // With its new name a mailbox keeps its rights.
  if (i.kind == item_kind::command && i.command->is("RENAME") && has(i.imap->account, i.command->sent.arg(0)))
    prefixes_.insert(shared_key(i.imap->account, i.command->sent.arg(1)));
  if (i.kind == item_kind::response && !i.response->violation && i.response->is("NAMESPACE")) told_namespaces(i);
}

void shared_names::told_namespaces(item const& i) {
  auto const personal = i.response->args();
  for (auto part = personal.next(); part; part = part.next())
    for (auto one = part.first(); one; one = one.next())
      if (auto const prefix = one.first().text(); !prefix.empty())
        prefixes_.insert(shared_key(i.imap->account, prefix));
}

bool shared_names::has(std::string const& account, std::string_view mailbox) const {
  if (prefixes_.empty()) return false;
  auto const name = shared_key(account, mailbox);
  return std::ranges::any_of(prefixes_, [&](auto const& prefix) { return name.starts_with(prefix); });
}

}  // namespace mailrig::model
