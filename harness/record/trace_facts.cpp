// trace_facts: see trace_facts.hpp.
#include "record/trace_facts.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "model/append_request.hpp"
#include "model/fetch_request.hpp"
#include "record/trace_lines.hpp"

namespace mailrig::record {

using model::item_kind;

void trace_facts::see(model::item const& i) {
  if (i.kind == item_kind::command) asked(i);
  if (i.kind == item_kind::response && i.response->is("LIST"))
    if (auto const d = i.response->args().next().text(); d.size() == 1) delimiter = d[0];
  if (i.kind == item_kind::response && i.response->kind == wire::imap::response_kind::tagged) completed(i);
  mail.see(i);
}

void trace_facts::asked(model::item const& i) {
  auto const& c = i.command->sent;
  for (auto const set : uid_sets(c.octets))
    for (auto const part : base::split(set, ','))
      for (auto const end : base::split(part, ':'))
        if (auto const n = base::number(end)) named_.emplace(i.imap->mailbox, *n);
  if (auto const v = named_validity(c.octets)) validities_.insert(*v);
  bool const searches = c.name == "SEARCH" || c.name == "SORT";
  for (auto const& a : c.arguments)
    for (std::string_view const one : {"SINCE", "BEFORE", "ON", "YOUNGER", "OLDER"})
      dates = dates || (searches && base::iequals(a.text, one));
  dates = dates || (c.name == "SORT" && base::to_upper(c.arg(0)).find("ARRIVAL") != std::string::npos);
  if (c.name == "FETCH")
    for (auto const& item : model::requested_items(c)) dates = dates || item.label == "INTERNALDATE";
}

/// What succeeds on a mailbox that no client of the trace has made needs one that was there.
void trace_facts::completed(model::item const& i) {
  if (!i.command || i.response->condition != wire::imap::status::ok) return;
  auto const& c = i.command->sent;
  for (auto const* one : {"SELECT", "EXAMINE", "STATUS", "DELETE", "RENAME"})
    if (c.name == one) used(c.arg(0));
  if (model::brings_mail(c)) used(model::target_of(c));
  if (c.name == "CREATE") made_.emplace(c.arg(0));
  if (c.name == "RENAME") made_.emplace(c.arg(1));
}

bool trace_facts::concerns(std::string_view mailbox) const {
  return base::iequals(mailbox, "INBOX") || made_.contains(mailbox) ||
         std::ranges::find(mailboxes, mailbox) != mailboxes.end();
}

void trace_facts::used(std::string_view mailbox) {
  if (base::iequals(mailbox, "INBOX") || mailbox.empty() || made_.contains(mailbox)) return;
  if (std::ranges::find(mailboxes, mailbox) == mailboxes.end()) mailboxes.emplace_back(mailbox);
}

}  // namespace mailrig::record
