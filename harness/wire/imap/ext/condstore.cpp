// CONDSTORE, RFC 7162 §3.1: mod-sequences in FETCH, SEARCH, STATUS and response codes.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::condstore {
namespace {

bool positive(cursor& c) { return c.nz_number64("mod-sequence-value"); }
bool in_parentheses(cursor& c) {
  std::size_t values = 0;
  return c.list(
      "fetch-mod-resp",
      [&] { return ++values == 1 ? positive(c) : c.fail("fetch-mod-resp", "a message has one mod-sequence"); }, 1);
}
bool after_space(cursor& c) { return c.sp("mod-sequence-value") && positive(c); }
bool may_be_zero(cursor& c) { return c.number64("mod-sequence-valzer"); }
bool highest_code(cursor& c) { return c.sp("HIGHESTMODSEQ") && positive(c); }
bool modified(cursor& c) { return c.sp("MODIFIED") && c.sequence_set("MODIFIED"); }
bool nothing(cursor&) { return true; }

extension const condstore{.name = "CONDSTORE",
                          .rfc = "RFC 7162",
                          .rules = {{place::fetch_item, "MODSEQ", in_parentheses},
                                    {place::search_suffix, "MODSEQ", after_space},
                                    {place::esearch_item, "MODSEQ", positive},
                                    {place::status_item, "HIGHESTMODSEQ", may_be_zero},
                                    {place::code, "HIGHESTMODSEQ", highest_code},
                                    {place::code, "NOMODSEQ", nothing},
                                    {place::code, "MODIFIED", modified}},
                          .commands = {}};
base::registrar const registered{condstore};

}  // namespace
}  // namespace mailrig::wire::imap::condstore
