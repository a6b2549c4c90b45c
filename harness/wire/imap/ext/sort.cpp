// SORT and THREAD, RFC 5256: message numbers in an order, and in trees.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::sort {
namespace {

bool sort(cursor& c) {
  bool found = false;
  while (c.peek() == ' ' && c.peek(1) != '(') {
    c.advance(1);
    if (!c.nz_number("sort-data")) return false;
    found = true;
  }
  if (c.peek() != ' ') return true;
  c.advance(1);
  if (!found) return c.fail("sort-data", "what follows the numbers follows none");
  // RFC 7162 §7: search-sort-mod-seq.
  std::size_t field = 0;
  return c.list(
      "search-sort-mod-seq",
      [&] {
        if (++field == 1)
          return c.looking_at("MODSEQ ") ? c.atom("search-sort-mod-seq") : c.fail("sort-data", "expected MODSEQ");
        return field == 2 ? c.nz_number64("mod-sequence-value") : c.fail("search-sort-mod-seq", "expected ')'");
      },
      2);
}

bool thread_list(cursor& c);

/// thread-nested = 2*thread-list: two at least, nothing between them.
bool nested(cursor& c) {
  for (std::size_t lists = 0; lists < 2 || c.peek() == '('; ++lists)
    if (!thread_list(c)) return false;
  return true;
}

/// thread-list = "(" (thread-members / thread-nested) ")"; what is nested ends the list.
bool thread_list(cursor& c) {
  bool ended = false;
  return c.list(
      "thread-list",
      [&] {
        if (ended) return c.fail("thread-list", "expected ')'");
        if (c.peek() == '(') return ended = true, nested(c);
        return c.nz_number("thread-members");
      },
      1);
}

bool thread(cursor& c) {
  if (c.peek() != ' ') return true;
  c.advance(1);
  do {
    if (!thread_list(c)) return false;
  } while (c.peek() == '(');
  return true;
}

/// search-criteria = charset 1*(SP search-key); charset = atom / quoted.
bool criteria(command_cursor& c) {
  return c.sp("charset") && (c.peek() == '"' ? c.string("charset") : c.atom("charset")) && search_keys(c);
}

bool criterion(command_cursor& c) {
  bool const reverse = c.looking_at("REVERSE ") || c.looking_at("REVERSE)");
  if (reverse && !(c.keyword("REVERSE", "sort-criterion") && c.sp("sort-key"))) return false;
  return option(c, form_place::sort_key, "sort-key");
}

/// [SP "RETURN" ...] SP sort-criteria SP search-criteria (RFC 5267 §5, extended-sort).
bool sort_command(command_cursor& c) {
  return search_return(c) && c.sp("sort-criteria") &&
         c.list(
             "sort-criteria", [&] { return criterion(c); }, 1) &&
         criteria(c);
}
bool thread_command(command_cursor& c) { return c.sp("thread-alg") && c.atom("thread-alg") && criteria(c); }

extension const sorting{.name = "SORT",
                        .rfc = "RFC 5256",
                        .rules = {{place::data, "SORT", sort}},
                        .commands = {{"SORT", 4, true, true}},
                        .forms = {{form_place::command, "SORT", sort_command},
                                  {form_place::uid_command, "SORT", sort_command},
                                  {form_place::sort_key, "ARRIVAL", no_arguments},
                                  {form_place::sort_key, "CC", no_arguments},
                                  {form_place::sort_key, "DATE", no_arguments},
                                  {form_place::sort_key, "FROM", no_arguments},
                                  {form_place::sort_key, "SIZE", no_arguments},
                                  {form_place::sort_key, "SUBJECT", no_arguments},
                                  {form_place::sort_key, "TO", no_arguments}}};
extension const by_display_name{
    .name = "SORT=DISPLAY",
    .rfc = "RFC 5957",
    .rules = {},
    .commands = {},
    .forms = {{form_place::sort_key, "DISPLAYFROM", no_arguments}, {form_place::sort_key, "DISPLAYTO", no_arguments}}};
extension const threading{
    .name = "THREAD",
    .rfc = "RFC 5256",
    .rules = {{place::data, "THREAD", thread}},
    .commands = {{"THREAD", 4, true, true}},
    .forms = {{form_place::command, "THREAD", thread_command}, {form_place::uid_command, "THREAD", thread_command}}};
base::registrar const registered[] = {base::registrar{sorting}, base::registrar{by_display_name},
                                      base::registrar{threading}};

}  // namespace
}  // namespace mailrig::wire::imap::sort
