// utf8_names: see utf8_names.hpp.
#include "model/ext/utf8_names.hpp"

#include <algorithm>

#include "model/imap_session.hpp"
#include "wire/imap/mutf7.hpp"

namespace mailrig::model {
namespace {

/// Commands and which of their arguments is a mailbox.
struct named_at {
  std::string_view command;
  std::size_t argument;
};
constexpr named_at places_of_names[] = {{"SELECT", 0},     {"EXAMINE", 0},      {"CREATE", 0},     {"DELETE", 0},
                                        {"RENAME", 0},     {"RENAME", 1},       {"SUBSCRIBE", 0},  {"UNSUBSCRIBE", 0},
                                        {"STATUS", 0},     {"APPEND", 0},       {"COPY", 1},       {"MOVE", 1},
                                        {"GETACL", 0},     {"SETACL", 0},       {"MYRIGHTS", 0},   {"DELETEACL", 0},
                                        {"LISTRIGHTS", 0}, {"GETQUOTAROOT", 0}, {"SETMETADATA", 0}};

}  // namespace

void names_in_utf7(wire::imap::command& c) {
  for (auto const& place : places_of_names)
    if (c.name == place.command && place.argument < c.arguments.size()) {
      auto& text = c.arguments[place.argument].text;
      if (auto coded = wire::imap::encode_mutf7(text)) text = std::move(*coded);
    }
}

std::string told_mailbox(imap_session const& s, std::string_view name) {
  auto const coded = s.syntax.utf8 ? wire::imap::encode_mutf7(name) : base::result<std::string>(std::string(name));
  return canonical_mailbox(coded ? std::string_view(*coded) : name);
}

bool is_legacy(imap_session const& s) { return !s.syntax.utf8 && (s.can("UTF8=ACCEPT") || s.can("UTF8=ONLY")); }

bool begins_wide(std::string_view octets) {
  if (octets.starts_with("\r\n")) return false;
  return !base::is_ascii(octets.substr(0, octets.find("\r\n\r\n")));
}

}  // namespace mailrig::model
