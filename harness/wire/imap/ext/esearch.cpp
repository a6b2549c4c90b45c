// ESEARCH, RFC 4731 and RFC 4466: search results by name, with the tag of the command they answer; RFC 7377 adds the
// mailbox that they are of.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::esearch {
namespace {

/// one-correlator = ("TAG" SP tag-string) / ("MAILBOX" SP astring) / ("UIDVALIDITY" SP nz-number).
bool correlator(cursor& c) {
  std::size_t field = 0;
  enum { tag, mailbox, validity } last = tag;
  return c.list(
             "search-correlator",
             [&] {
               if (++field % 2) {
                 last = c.looking_at("TAG ") ? tag : c.looking_at("MAILBOX ") ? mailbox : validity;
                 return last != validity || c.looking_at("UIDVALIDITY ")
                            ? c.atom("search-correlator")
                            : c.fail("search-correlator", "expected TAG, MAILBOX or UIDVALIDITY");
               }
               return last == validity ? c.nz_number("search-correlator") : c.astring("tag-string");
             },
             2) &&
         (field % 2 == 0 || c.fail("search-correlator", "a correlator lacks its value"));
}

bool esearch(cursor& c) {
  if (c.peek() == ' ' && c.peek(1) == '(') {
    c.advance(1);
    if (!correlator(c)) return false;
  }
  if (c.looking_at(" UID\r") || c.looking_at(" UID ")) {
    c.advance(1);
    if (!c.atom("esearch-response")) return false;
  }
  while (c.peek() == ' ') {
    c.advance(1);
    auto const start = c.offset();
    auto const word = c.word();
    if (word.empty()) return c.fail("search-return-data", "expected the name of a search result");
    c.leaf(node_kind::atom, start);
    if (!c.sp("search-return-data")) return false;
    auto const* r = find_rule(place::esearch_item, word);
    if (!(r ? r->read(c) : c.any("search-return-data"))) return false;
  }
  return true;
}

bool nz_number(cursor& c) { return c.nz_number("search-return-data"); }
bool number(cursor& c) { return c.number("search-return-data"); }
bool set(cursor& c) { return c.sequence_set("search-return-data"); }

extension const extension_{.name = "ESEARCH",
                           .rfc = "RFC 4731",
                           .rules = {{place::data, "ESEARCH", esearch},
                                     {place::esearch_item, "MIN", nz_number},
                                     {place::esearch_item, "MAX", nz_number},
                                     {place::esearch_item, "COUNT", number},
                                     {place::esearch_item, "ALL", set}},
                           .commands = {{"ESEARCH", 6}},
                           .forms = {{form_place::search_return, "MIN", no_arguments},
                                     {form_place::search_return, "MAX", no_arguments},
                                     {form_place::search_return, "ALL", no_arguments},
                                     {form_place::search_return, "COUNT", no_arguments}}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::esearch
