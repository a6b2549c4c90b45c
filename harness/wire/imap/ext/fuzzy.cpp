// SEARCH=FUZZY, RFC 6203: keys that need not match exactly, and how well each message does.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::fuzzy {
namespace {

bool key(command_cursor& c) { return c.sp("search-key") && search_key(c); }

/// score-list = "(" [score *(SP score)] ")"; a score is 1 to 100.
bool scores(cursor& c) {
  return c.list("score-list", [&] {
    auto const from = c.offset();
    if (!c.nz_number("score")) return false;
    auto const text = c.out().octets().substr(from, c.offset() - from);
    return text.size() < 3 || text == "100" || c.fail("score", "more than 100");
  });
}

extension const extension_{.name = "SEARCH=FUZZY",
                           .rfc = "RFC 6203",
                           .rules = {{place::esearch_item, "RELEVANCY", scores}},
                           .commands = {},
                           .forms = {{form_place::search_key, "FUZZY", key},
                                     {form_place::search_return, "RELEVANCY", no_arguments},
                                     {form_place::sort_key, "RELEVANCY", no_arguments}}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::fuzzy
