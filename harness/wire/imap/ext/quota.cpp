// QUOTA, RFC 9208 (and 2087): resources of a quota root.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::quota {
namespace {

bool resources(cursor& c) {
  std::size_t field = 0;
  return c.list("quota-list", [&] { return field++ % 3 == 0 ? c.atom("resource-name") : c.number64("resource"); }) &&
         (field % 3 == 0 || c.fail("quota-resource", "a resource has a name, a usage and a limit"));
}

bool quota(cursor& c) { return c.sp("QUOTA") && c.astring("quota-root-name") && c.sp("QUOTA") && resources(c); }

bool quota_root(cursor& c) {
  if (!c.sp("QUOTAROOT") || !c.mailbox()) return false;
  while (c.peek() == ' ') {
    c.advance(1);
    if (!c.astring("quota-root-name")) return false;
  }
  return true;
}

bool nothing(cursor&) { return true; }
bool number64(cursor& c) { return c.number64("status-att-val"); }

extension const extension_{.name = "QUOTA",
                           .rfc = "RFC 9208",
                           .rules = {{place::data, "QUOTA", quota},
                                     {place::data, "QUOTAROOT", quota_root},
                                     {place::code, "OVERQUOTA", nothing},
                                     {place::status_item, "DELETED-STORAGE", number64},
                                     {place::status_item, "DELETED", number64}},
                           .commands = {{"GETQUOTA", 6}, {"GETQUOTAROOT", 6}, {"SETQUOTA", 6}}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::quota
