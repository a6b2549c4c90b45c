// MULTISEARCH, RFC 7377 §4: ESEARCH as clients write it: in which mailboxes, what to return, and the search keys.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::multi_search {
namespace {

bool at_word(command_cursor const& c, std::string_view word) {
  return c.looking_at(word) && !is(c.peek(word.size()), atom_bit);
}

/// filter-mailboxes (RFC 5465 §6), without selected-delayed and with subtree-one.
bool filter(command_cursor& c) {
  for (std::string_view name : {"selected", "inboxes", "personal", "subscribed"})
    if (at_word(c, name)) return c.keyword(name, "filter-mailboxes");
  for (std::string_view name : {"subtree-one", "subtree", "mailboxes"}) {
    if (!at_word(c, name)) continue;
    if (!c.keyword(name, "filter-mailboxes") || !c.sp("one-or-more-mailbox")) return false;
    return c.peek() != '(' ? c.mailbox()
                           : c.list(
                                 "one-or-more-mailbox", [&] { return c.mailbox(); }, 1);
  }
  return c.fail("filter-mailboxes", "none of the names that say which mailboxes are meant");
}

bool source(command_cursor& c) {
  bool first = true;
  return c.list(
      "esearch-source-opts",
      [&] {
        bool const scope = !first && c.peek() == '(';
        first = false;
        return scope ? c.any("scope-options") : filter(c);
      },
      1);
}

bool search(command_cursor& c) {
  if (c.looking_at(" IN (") && !(c.sp("esearch") && c.keyword("IN", "esearch") && c.sp("esearch") && source(c)))
    return false;
  return search_arguments(c);
}

extension const extension_{.name = "MULTISEARCH",
                           .rfc = "RFC 7377",
                           .rules = {},
                           .commands = {},
                           .forms = {{form_place::command, "ESEARCH", search}}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::multi_search
