// ACL, RFC 4314: who may do what with a mailbox.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::acl {
namespace {

bool words(cursor& c, char const* production, std::size_t& count) {
  for (count = 0; c.peek() == ' '; ++count) {
    c.advance(1);
    if (!c.astring(production)) return false;
  }
  return true;
}

bool acl(cursor& c) {
  std::size_t words_read = 0;
  return c.sp("acl-data") && c.mailbox() && words(c, "acl-data", words_read) &&
         (words_read % 2 == 0 || c.fail("acl-data", "an identifier lacks its rights"));
}

bool list_rights(cursor& c) {
  std::size_t words_read = 0;
  return c.sp("listrights-data") && c.mailbox() && words(c, "listrights-data", words_read) &&
         (words_read >= 2 || c.fail("listrights-data", "expected an identifier and its required rights"));
}

bool my_rights(cursor& c) {
  return c.sp("myrights-data") && c.mailbox() && c.sp("myrights-data") && c.astring("rights");
}

extension const extension_{
    .name = "ACL",
    .rfc = "RFC 4314",
    .rules = {{place::data, "ACL", acl},
              {place::data, "LISTRIGHTS", list_rights},
              {place::data, "MYRIGHTS", my_rights}},
    .commands = {{"SETACL", 6}, {"DELETEACL", 6}, {"GETACL", 6}, {"LISTRIGHTS", 6}, {"MYRIGHTS", 6}}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::acl
