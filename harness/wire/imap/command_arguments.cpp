// command_arguments: see command_arguments.hpp.
#include "wire/imap/command_arguments.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace mailrig::wire::imap {
namespace {

// --- what extensions add ---------------------------------------------------------------------------------------------

bool looks_like_value(char c) { return c == '(' || c == '*' || c == '$' || c == '-' || base::is_digit(c); }

// --- APPEND ----------------------------------------------------------------------------------------------------------

bool is_month(std::string_view m) {
  for (std::string_view name : {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"})
    if (base::iequals(m, name)) return true;
  return false;
}

/// As `d` for a digit, `m` for the month, ` ` for a digit or a space; others are themselves.
bool fits(std::string_view text, std::string_view form) {
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == 'm') continue;
    bool const good = form[i] == 'd'   ? base::is_digit(text[i])
                      : form[i] == '_' ? base::is_digit(text[i]) || text[i] == ' '
                      : form[i] == '+' ? text[i] == '+' || text[i] == '-'
                                       : text[i] == form[i];
    if (!good) return false;
  }
  return true;
}

bool date_time(command_cursor& c) {
  auto const from = c.offset();
  if (!c.string("date-time")) return false;
  auto const text = c.since(from);
  bool const good = fits(text, "\"_d-mmm-dddd dd:dd:dd +dddd\"") && is_month(text.substr(4, 3));
  return good || c.fail("date-time", "not \"dd-Mon-yyyy hh:mm:ss +zzzz\" with a day of two characters");
}

// --- FETCH -----------------------------------------------------------------------------------------------------------

bool section_text(command_cursor& c, bool part) {
  if (c.looking_at("HEADER.FIELDS")) {
    c.keyword("HEADER.FIELDS", "section");
    if (c.looking_at(".NOT")) c.keyword(".NOT", "section");
    return c.sp("header-list") && c.list(
                                      "header-list", [&] { return c.astring("header-fld-name"); }, 1);
  }
  for (std::string_view name : {"HEADER", "TEXT", "MIME"})
    if (c.looking_at(name) && (part || name != "MIME")) return c.keyword(name, "section");
  return c.fail("section", "neither a part, HEADER, HEADER.FIELDS, TEXT nor, of a part, MIME");
}

/// "[" [section-spec] "]" ["<" number "." nz-number ">"]
bool section(command_cursor& c) {
  if (!c.skip('[', "section")) return false;
  bool part = false;
  while (base::is_digit(c.peek())) {
    if (!c.nz_number("section-part")) return false;
    part = true;
    if (c.peek() != '.') break;
    c.skip('.', "section-part");
    if (c.peek() == ']') return c.fail("section-part", "a dot and nothing behind it");
  }
  if (c.peek() != ']' && !section_text(c, part)) return false;
  if (!c.skip(']', "section")) return false;
  if (c.peek() != '<') return true;
  return c.skip('<', "partial") && c.number("partial") && c.skip('.', "partial") && c.nz_number("partial") &&
         c.skip('>', "partial");
}

}  // namespace

bool fetch_att(command_cursor& c) {
  constexpr std::array simple{"ENVELOPE",      "FLAGS",         "INTERNALDATE",
                              "RFC822.HEADER", "RFC822.SIZE",   "RFC822.TEXT",
                              "RFC822",        "BODYSTRUCTURE", "UID"};
  bool const body = c.looking_at("BODY[") || c.looking_at("BODY.PEEK[");
  if (body) return c.keyword(c.looking_at("BODY[") ? "BODY" : "BODY.PEEK", "fetch-att") && section(c);
  auto const from = c.offset();
  while (!c.at_end() && is(c.peek(), atom_bit) && c.peek() != '[') c.skip(c.peek(), "fetch-att");
  auto const name = c.since(from);
  if (name.empty()) return c.fail("fetch-att", c.peek() == ' ' ? "one space too many" : "no data item");
  if (base::iequals(name, "BODY.PEEK")) return c.fail("fetch-att", "BODY.PEEK without [");
  bool const known = std::ranges::any_of(simple, [&](auto const* s) { return base::iequals(name, s); });
  if (known || base::iequals(name, "BODY")) return true;
  if (auto const* form = find_form(form_place::fetch_item, name)) return form->read(c);
  // Another's: a label in brackets, an argument in parentheses.
  if (c.peek() == '[' && !c.any("fetch-att")) return false;
  return !(c.peek() == ' ' && c.peek(1) == '(') || (c.sp("fetch-att") && c.any("fetch-att"));
}

namespace {

// --- SEARCH ----------------------------------------------------------------------------------------------------------

enum class takes : std::uint8_t { nothing, text, date, number, flag, set, header, key, two_keys };
struct search_form {
  std::string_view name;
  takes what;
};
constexpr std::array search_forms{
    search_form{"ALL", takes::nothing},       search_form{"ANSWERED", takes::nothing},
    search_form{"BCC", takes::text},          search_form{"BEFORE", takes::date},
    search_form{"BODY", takes::text},         search_form{"CC", takes::text},
    search_form{"DELETED", takes::nothing},   search_form{"FLAGGED", takes::nothing},
    search_form{"FROM", takes::text},         search_form{"KEYWORD", takes::flag},
    search_form{"NEW", takes::nothing},       search_form{"OLD", takes::nothing},
    search_form{"ON", takes::date},           search_form{"RECENT", takes::nothing},
    search_form{"SEEN", takes::nothing},      search_form{"SINCE", takes::date},
    search_form{"SUBJECT", takes::text},      search_form{"TEXT", takes::text},
    search_form{"TO", takes::text},           search_form{"UNANSWERED", takes::nothing},
    search_form{"UNDELETED", takes::nothing}, search_form{"UNFLAGGED", takes::nothing},
    search_form{"UNKEYWORD", takes::flag},    search_form{"UNSEEN", takes::nothing},
    search_form{"DRAFT", takes::nothing},     search_form{"HEADER", takes::header},
    search_form{"LARGER", takes::number},     search_form{"NOT", takes::key},
    search_form{"OR", takes::two_keys},       search_form{"SENTBEFORE", takes::date},
    search_form{"SENTON", takes::date},       search_form{"SENTSINCE", takes::date},
    search_form{"SMALLER", takes::number},    search_form{"UID", takes::set},
    search_form{"UNDRAFT", takes::nothing},
};

/// d-Mon-yyyy or dd-Mon-yyyy, in quotation marks or not.
bool date(command_cursor& c) {
  auto const from = c.offset();
  if (!c.astring("date")) return false;
  auto text = c.since(from);
  if (text.starts_with('"') && text.size() > 1) text = text.substr(1, text.size() - 2);
  bool const good = (fits(text, "d-mmm-dddd") && is_month(text.substr(2, 3))) ||
                    (fits(text, "dd-mmm-dddd") && is_month(text.substr(3, 3)));
  return good || c.fail("date", "not d-Mon-yyyy");
}

bool search_argument(command_cursor& c, takes what) {
  switch (what) {
    case takes::nothing: return true;
    case takes::text: return c.sp("search-key") && c.astring();
    case takes::date: return c.sp("search-key") && date(c);
    case takes::number: return c.sp("search-key") && c.number();
    case takes::flag: return c.sp("search-key") && c.atom("flag-keyword");
    case takes::set: return c.sp("search-key") && c.sequence_set();
    case takes::header: return c.sp("search-key") && c.astring("header-fld-name") && c.sp("search-key") && c.astring();
    case takes::key: return c.sp("search-key") && search_key(c);
    case takes::two_keys: return c.sp("search-key") && search_key(c) && c.sp("search-key") && search_key(c);
  }
  return false;
}

bool one_key(command_cursor& c) {
  if (c.peek() == '(')
    return c.list(
        "search-key", [&] { return search_key(c); }, 1);
  if (base::is_digit(c.peek()) || c.peek() == '*' || c.peek() == '$') return c.sequence_set();
  auto const from = c.offset();
  if (!c.atom("search-key")) return false;
  auto const name = c.since(from);
  auto const at = std::ranges::find_if(search_forms, [&](auto const& f) { return base::iequals(f.name, name); });
  if (at != search_forms.end()) return search_argument(c, at->what);
  auto const* form = find_form(form_place::search_key, name);
  // What a key takes that nobody here knows is its own: all that follows may be.
  return form ? form->read(c) : c.rest();
}

}  // namespace

bool append_message(command_cursor& c) {
  if (!c.sp("append")) return false;
  if (c.peek() == '(' && !(c.list("flag-list", [&] { return c.flag(); }) && c.sp("append"))) return false;
  if (c.peek() == '"' && !(date_time(c) && c.sp("append"))) return false;
  for (;;) {
    if (c.peek() == '{' || c.peek() == '~') return c.literal("literal");
    if (c.at_end() || c.peek() == ' ') return c.fail("append", "the message is no literal");
    auto const from = c.offset();
    if (!c.atom("append-ext")) return false;
    auto const name = c.since(from);
    if (auto const* data = find_form(form_place::append_data, name)) return data->read(c);
    auto const* before = find_form(form_place::append_option, name);
    if (before ? !before->read(c) : !(c.sp("append-ext") && c.any("append-ext"))) return false;
    if (!before && (c.at_end() || c.peek() != ' ')) return true;  // it may have been in the literal's place
    if (!c.sp("append")) return false;
  }
}

bool append_arguments(command_cursor& c) {
  if (!c.sp("append") || !c.mailbox()) return false;
  do
    if (!append_message(c)) return false;
  while (c.peek() == ' ' && c.peek(1) != '\r');
  return true;
}

bool date_value(command_cursor& c) { return c.sp("search-key") && date(c); }

bool fetch_arguments(command_cursor& c) {
  if (!c.sp("fetch") || !c.sequence_set() || !c.sp("fetch")) return false;
  auto const att = [&] { return fetch_att(c); };
  bool macro = false;
  for (std::string_view name : {"ALL", "FULL", "FAST"})
    if (c.looking_at(name) && !is(c.peek(name.size()), atom_bit)) macro = c.keyword(name, "fetch");
  if (!macro && !(c.peek() == '(' ? c.list("fetch-att", att, 1) : att())) return false;
  return parameters(c, form_place::fetch_modifier, "fetch-modifiers");
}

bool store_arguments(command_cursor& c) {
  if (!c.sp("store") || !c.sequence_set() || !c.sp("store")) return false;
  if (c.peek() == '(' && !(options(c, form_place::store_modifier, "store-modifiers") && c.sp("store"))) return false;
  bool const flags = c.looking_at("FLAGS") || c.looking_at("+FLAGS") || c.looking_at("-FLAGS");
  if (!flags) return c.any("store-att") && c.rest();  // an extension's
  if (c.peek() != 'F' && c.peek() != 'f') c.skip(c.peek(), "store-att-flags");
  c.keyword("FLAGS", "store-att-flags");
  if (c.peek() == '.' && !c.keyword(".SILENT", "store-att-flags")) return false;
  if (!c.sp("store-att-flags")) return false;
  if (c.peek() == '(') return c.list("flag-list", [&] { return c.flag(); });
  do
    if (!c.flag()) return false;
  while (c.peek() == ' ' && c.skip(' ', "store-att-flags"));
  return true;
}

bool search_key(command_cursor& c) {
  if (c.depth > command_cursor::most_nesting) return c.fail("search-key", "nested more deeply than is read");
  ++c.depth;
  bool const read = one_key(c);
  --c.depth;
  return read;
}

bool search_keys(command_cursor& c) {
  do
    if (!c.sp("search") || !search_key(c)) return false;
  while (c.peek() == ' ');
  return true;
}

bool search_return(command_cursor& c) {
  if (!c.looking_at(" RETURN (")) return true;
  return c.sp("search") && c.keyword("RETURN", "search") && c.sp("search") &&
         options(c, form_place::search_return, "search-return-opts");
}

bool search_arguments(command_cursor& c) {
  if (!search_return(c)) return false;
  if (c.looking_at(" CHARSET ") &&
      !(c.sp("search") && c.keyword("CHARSET", "search") && c.sp("search") && c.astring("charset")))
    return false;
  return search_keys(c);
}

bool mailbox_argument(command_cursor& c) { return c.sp("mailbox") && c.mailbox(); }
bool set_argument(command_cursor& c) { return c.sp("sequence-set") && c.sequence_set(); }
bool set_and_mailbox(command_cursor& c) { return c.sp("copy") && c.sequence_set() && mailbox_argument(c); }

bool nz_number_value(command_cursor& c) { return c.sp("nz-number") && c.nz_number(); }

bool option(command_cursor& c, form_place where, std::string_view production) {
  auto const from = c.offset();
  if (base::is_digit(c.peek())) return c.fail(production, "a number where a name should be");
  if (!c.atom(production)) return false;
  if (auto const* form = find_form(where, c.since(from))) return form->read(c);
  bool const value = c.peek() == ' ' && looks_like_value(c.peek(1));
  return !value || (c.sp(production) && c.any(production));
}

bool options(command_cursor& c, form_place where, std::string_view production) {
  return c.list(production, [&] { return option(c, where, production); });
}

bool parameters(command_cursor& c, form_place where, std::string_view production) {
  if (c.peek() != ' ' || c.peek(1) == '\r') return true;
  if (c.peek(1) != '(') return c.fail(production, "'(' is missing, or there is an argument too many");
  return c.sp(production) && options(c, where, production);
}

}  // namespace mailrig::wire::imap
