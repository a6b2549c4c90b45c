// grammar: the open table of what may stand where, so that one new file adds an extension.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/registry.hpp"
#include "wire/imap/cursor.hpp"

namespace mailrig::wire::imap {

enum class place : std::uint8_t {
  data,           ///< * NAME ...           (reads from after the name, with its leading space)
  numbered,       ///< * n NAME ...
  code,           ///< [NAME ...]
  fetch_item,     ///< NAME SP value within FETCH (...)
  section_label,  ///< what follows NAME in NAME[...] SP value within FETCH (...): "[...]" and "<n>"; writes no node
  section_value,  ///< the value of that
  status_item,    ///< NAME SP value within STATUS (...)
  search_suffix,  ///< SP "(" NAME ... ")" after the numbers of SEARCH
  list_item,      ///< NAME SP value within LIST's extended data
  esearch_item,   ///< NAME SP value within ESEARCH
};

/// Reads the production's arguments; false after cursor::fail.
using production = bool (*)(cursor&);

struct rule {
  place where;
  std::string_view name;  ///< upper case
  production read;
};

enum class state_bit : std::uint8_t { not_authenticated = 1, authenticated = 2, selected = 4 };

class command_cursor;

/// Where an extension adds to what clients may write. Each reads from after the name, with its leading space.
enum class form_place : std::uint8_t {
  command,           ///< tag NAME ...
  uid_command,       ///< tag UID NAME ...
  search_key,        ///< NAME ... of SEARCH, and of what takes its criteria
  search_return,     ///< NAME ... within RETURN (...) of SEARCH, SORT ...
  sort_key,          ///< NAME within SORT's (...)
  select_parameter,  ///< NAME ... within (...) behind SELECT's and EXAMINE's mailbox
  create_parameter,
  rename_parameter,
  fetch_item,      ///< what follows NAME in FETCH: nothing, a label in brackets, an argument in parentheses
  fetch_modifier,  ///< NAME ... within (...) behind FETCH's items
  store_modifier,  ///< NAME ... within (...) before STORE's flags
  append_option,   ///< NAME ... before a message of APPEND
  append_data,     ///< NAME ... in place of the message's literal
  append_piece,    ///< NAME ... as one of the pieces of a message (RFC 4469)
  list_selection,  ///< NAME ... within (...) before LIST's reference
  list_return,     ///< NAME ... within RETURN (...) behind LIST's patterns
  status_item,     ///< NAME ... within STATUS's (...)
};

/// An extension's share of what clients may write; command_arguments.hpp has productions to build it of. A name that no
/// extension has at that place may bring any well-formed values.
struct command_form {
  form_place where;
  std::string_view name;          ///< upper case
  bool (*read)(command_cursor&);  ///< false after command_cursor::fail
};

/// What a command means to those who follow a conversation.
struct command_rule {
  std::string_view name;         ///< upper case, without "UID "
  std::uint8_t states = 6;       ///< state_bit; where it may succeed
  bool forbids_expunge = false;  ///< RFC 3501 §7.4.1: FETCH, STORE, SEARCH (not their UID forms)
  bool has_uid_form = false;     ///< UID NAME is a command too
};

/// One RFC's share of the language. Put it at namespace scope with a registrar.
struct extension {
  std::string_view name;  ///< the capability, e.g. "CONDSTORE"
  std::string_view rfc;   ///< e.g. "RFC 7162"
  std::vector<rule> rules;
  std::vector<command_rule> commands;
  std::vector<command_form> forms = {};
};

/// The production for `name` (any case) at `where`, or null. Any thread; the table is built at the first call.
rule const* find_rule(place where, std::string_view name);
/// `uid`: as UID NAME; null for a name that has no such form.
command_rule const* find_command(std::string_view name, bool uid = false);
/// The form that `name` (any case) has at `where`, or null.
command_form const* find_form(form_place where, std::string_view name);
/// Whose the command is; null for one that no extension here has.
extension const* extension_of_command(std::string_view name);
/// Whose data `* NAME` and `* n NAME` are; null for a name that is not known.
extension const* extension_of_data(std::string_view name);

}  // namespace mailrig::wire::imap
