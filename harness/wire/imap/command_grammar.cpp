// command_grammar: see command_grammar.hpp.
#include "wire/imap/command_grammar.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/command_cursor.hpp"

namespace mailrig::wire::imap {
namespace {

bool anything(command_cursor& c) { return c.rest(); }

template <form_place Parameter>
bool mailbox_with(command_cursor& c) {
  return mailbox_argument(c) && parameters(c, Parameter, "parameters");
}
bool two_mailboxes(command_cursor& c) {
  return mailbox_argument(c) && mailbox_argument(c) && parameters(c, form_place::rename_parameter, "parameters");
}

/// RFC 3501, and with options before, patterns as a list, and what to return behind (RFC 5258 §6).
bool list_request(command_cursor& c) {
  if (!c.sp("list")) return false;
  if (c.peek() == '(' && !(options(c, form_place::list_selection, "list-select-opts") && c.sp("list"))) return false;
  if (!c.mailbox() || !c.sp("list")) return false;
  auto const pattern = [&] { return c.list_mailbox(); };
  if (!(c.peek() == '(' ? c.list("patterns", pattern, 1) : pattern())) return false;
  if (c.peek() != ' ') return true;
  return c.sp("list") && c.keyword("RETURN", "list-return-opts") &&
         parameters(c, form_place::list_return, "list-return-opts");
}
bool lsub_request(command_cursor& c) { return mailbox_argument(c) && c.sp("lsub") && c.list_mailbox(); }

bool status_request(command_cursor& c) {
  return mailbox_argument(c) && c.sp("status") &&
         c.list(
             "status-att", [&] { return option(c, form_place::status_item, "status-att"); }, 1);
}

/// RFC 3501's commands; what extensions have stands with them.
struct base_form {
  std::string_view name;  ///< upper case
  bool (*plain)(command_cursor&);
  bool (*uid)(command_cursor&) = nullptr;
};
constexpr std::array base_forms{
    base_form{"CAPABILITY", no_arguments},
    base_form{"NOOP", no_arguments},
    base_form{"LOGOUT", no_arguments},
    base_form{"STARTTLS", no_arguments},
    base_form{"CHECK", no_arguments},
    base_form{"CLOSE", no_arguments},
    base_form{"EXPUNGE", no_arguments},
    base_form{"SELECT", mailbox_with<form_place::select_parameter>},
    base_form{"EXAMINE", mailbox_with<form_place::select_parameter>},
    base_form{"CREATE", mailbox_with<form_place::create_parameter>},
    base_form{"DELETE", mailbox_argument},
    base_form{"RENAME", two_mailboxes},
    base_form{"SUBSCRIBE", mailbox_argument},
    base_form{"UNSUBSCRIBE", mailbox_argument},
    base_form{"LIST", list_request},
    base_form{"LSUB", lsub_request},
    base_form{"STATUS", status_request},
    base_form{"APPEND", append_arguments},
    base_form{"FETCH", fetch_arguments, fetch_arguments},
    base_form{"STORE", store_arguments, store_arguments},
    base_form{"COPY", set_and_mailbox, set_and_mailbox},
    base_form{"SEARCH", search_arguments, search_arguments},
};

/// Null where UID may not stand before it.
bool (*form_of(std::string const& name, bool uid))(command_cursor&) {
  auto const at = std::ranges::find(base_forms, name, &base_form::name);
  bool const in_base = at != base_forms.end();
  if (in_base && (uid ? at->uid : at->plain)) return uid ? at->uid : at->plain;
  if (auto const* form = find_form(uid ? form_place::uid_command : form_place::command, name)) return form->read;
  bool const known = in_base || find_form(form_place::command, name);
  return known ? nullptr : anything;
}

bool whole_command(command_cursor& c) {
  if (!c.tag() || !c.sp("command")) return false;
  bool const uid = c.looking_at("UID ");
  if (uid && !(c.keyword("UID", "command") && c.sp("command"))) return false;
  auto const from = c.offset();
  if (!c.atom("command")) return false;
  auto const name = base::to_upper(c.since(from));
  if (name == "LOGIN" || name == "AUTHENTICATE") return true;
  auto const read = form_of(name, uid);
  if (!read) return c.fail("uid", "UID stands before COPY, FETCH, STORE, SEARCH and what extensions add");
  return read(c) && c.end();
}

}  // namespace

std::optional<base::fault> command_violation(std::string_view octets, bool utf8) {
  command_cursor c(octets, utf8);
  whole_command(c);
  return c.fault();
}

}  // namespace mailrig::wire::imap
