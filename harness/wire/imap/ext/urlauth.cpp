// URLAUTH, RFC 4467: URLs that let others read a message, and what they name.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::urlauth {
namespace {

bool generated(cursor& c) {
  do {
    if (!c.sp("genurlauth-data") || !c.astring("genurlauth-data")) return false;
  } while (c.peek() == ' ');
  return true;
}

bool fetched(cursor& c) {
  do {
    if (!c.sp("urlfetch-data") || !c.astring("urlfetch-data") || !c.sp("urlfetch-data") || !c.nstring("urlfetch-data"))
      return false;
  } while (c.peek() == ' ');
  return true;
}

/// "URLMECH" SP "INTERNAL" *(SP mechanism ["=" base64])
bool mechanisms(cursor& c) {
  if (!c.sp("URLMECH")) return false;
  if (!c.looking_at("INTERNAL]") && !c.looking_at("INTERNAL ")) return c.fail("URLMECH", "expected INTERNAL");
  do
    if (!c.atom("mechanism")) return false;
  while (c.peek() == ' ' && c.sp("URLMECH"));
  return true;
}

/// 1*(SP url-rump SP mechanism)
bool rumps(command_cursor& c) {
  do
    if (!c.sp("genurlauth") || !c.astring("url-rump") || !c.sp("genurlauth") || !c.atom("mechanism")) return false;
  while (c.peek() == ' ');
  return true;
}

/// 1*(SP url-full); in parentheses with what to tell of it (RFC 5524).
bool urls(command_cursor& c) {
  do
    if (!c.sp("urlfetch") || !(c.peek() == '(' ? c.any("urlfetch") : c.astring("url-full"))) return false;
  while (c.peek() == ' ');
  return true;
}

/// [SP mailbox *(SP mechanism)]
bool key(command_cursor& c) {
  if (c.peek() != ' ') return true;
  if (!c.sp("resetkey") || !c.mailbox()) return false;
  while (c.peek() == ' ')
    if (!c.sp("resetkey") || !c.atom("mechanism")) return false;
  return true;
}

extension const urlauth{.name = "URLAUTH",
                        .rfc = "RFC 4467",
                        .rules = {{place::data, "GENURLAUTH", generated},
                                  {place::data, "URLFETCH", fetched},
                                  {place::code, "URLMECH", mechanisms}},
                        .commands = {{"GENURLAUTH", 6}, {"RESETKEY", 6}, {"URLFETCH", 6}},
                        .forms = {{form_place::command, "GENURLAUTH", rumps},
                                  {form_place::command, "RESETKEY", key},
                                  {form_place::command, "URLFETCH", urls}}};
base::registrar const registered{urlauth};

}  // namespace
}  // namespace mailrig::wire::imap::urlauth
