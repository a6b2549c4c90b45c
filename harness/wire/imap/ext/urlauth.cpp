// URLAUTH, RFC 4467: URLs that let others read a message, and what they name.
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

extension const urlauth{.name = "URLAUTH",
                        .rfc = "RFC 4467",
                        .rules = {{place::data, "GENURLAUTH", generated}, {place::data, "URLFETCH", fetched}},
                        .commands = {{"GENURLAUTH", 6}, {"RESETKEY", 6}, {"URLFETCH", 6}}};
base::registrar const registered{urlauth};

}  // namespace
}  // namespace mailrig::wire::imap::urlauth
