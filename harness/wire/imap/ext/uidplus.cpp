// UIDPLUS, RFC 4315: the UIDs that APPEND and COPY gave, and UID EXPUNGE.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::uidplus {
namespace {

/// uid-set: a sequence set of UIDs, in which '*' has no place.
bool uid_set(cursor& c) {
  auto const from = c.offset();
  if (!c.sequence_set("uid-set")) return false;
  auto const text = c.out().octets().substr(from, c.offset() - from);
  return text.find('*') == text.npos || c.fail("uid-set", "'*' may not stand in a response code");
}

bool appenduid(cursor& c) { return c.sp("APPENDUID") && c.nz_number("uidvalidity") && c.sp("APPENDUID") && uid_set(c); }

bool copyuid(cursor& c) {
  return c.sp("COPYUID") && c.nz_number("uidvalidity") && c.sp("COPYUID") && uid_set(c) && c.sp("COPYUID") &&
         uid_set(c);
}

bool nothing(cursor&) { return true; }

extension const uidplus{.name = "UIDPLUS",
                        .rfc = "RFC 4315",
                        .rules = {{place::code, "APPENDUID", appenduid},
                                  {place::code, "COPYUID", copyuid},
                                  {place::code, "UIDNOTSTICKY", nothing}},
                        .commands = {},
                        .forms = {{form_place::uid_command, "EXPUNGE", set_argument}}};
base::registrar const registered{uidplus};

}  // namespace
}  // namespace mailrig::wire::imap::uidplus
