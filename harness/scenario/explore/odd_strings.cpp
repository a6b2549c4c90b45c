// odd_strings: strings that few clients send and every server must take or refuse, wherever a command has a string:
// empty ones, quotes, backslashes, octets beyond ASCII, line ends. Whatever is said of them, the session goes on.
#include <fmt/format.h>

#include <algorithm>

#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::odd_strings {
namespace {

/// '$' is where the string stands; nothing that is there already is named by one of them.
struct place {
  std::string_view name, text, needs = {};
  bool is_name = true;  ///< of a mailbox
};
constexpr place places[]{{"STATUS", "STATUS $ (MESSAGES)"},
                         {"SELECT", "SELECT $"},
                         {"EXAMINE", "EXAMINE $"},
                         {"DELETE", "DELETE $"},
                         {"RENAME", "RENAME $ @-renamed"},
                         {"UNSUBSCRIBE", "UNSUBSCRIBE $"},
                         {"LIST", "LIST \"\" $"},
                         {"LIST-reference", "LIST $ \"\""},
                         {"LSUB", "LSUB \"\" $"},
                         {"COPY", "COPY 1 $"},
                         {"APPEND", "APPEND $ {11}\r\nX: y\r\n\r\nz\r\n"},
                         {"APPEND-message", "APPEND INBOX $", {}, false},
                         {"GETQUOTAROOT", "GETQUOTAROOT $", "QUOTA"},
                         {"ID", "ID (\"name\" $)", "ID", false},
                         {"SEARCH-SUBJECT", "SEARCH SUBJECT $", {}, false},
                         {"SEARCH-BODY", "SEARCH BODY $", {}, false},
                         {"SEARCH-HEADER", "SEARCH HEADER X-Any $", {}, false},
                         {"SEARCH-field", "SEARCH HEADER $ x", {}, false},
                         {"FETCH-fields", "FETCH 1 (BODY.PEEK[HEADER.FIELDS ($)])", {}, false}};

std::string value_of(std::string_view form) {
  if (form == "empty") return "";
  if (form == "quote") return "a\"b\"";
  if (form == "backslash") return "a\\b\\";
  if (form == "eight-bit") return "gr\xFC\xDF";
  if (form == "utf-8") return "\xE2\x9C\x93 caf\xC3\xA9";
  if (form == "open-shift") return "a&b&Jjo";
  if (form == "wildcards") return "a%b*";
  if (form == "brackets") return "a](b){c}";
  if (form == "like-a-literal") return "a{5}";
  if (form == "blanks") return " a ";
  if (form == "tab") return "a\tb";
  if (form == "line-end") return "a\r\nb";
  if (form == "long") return std::string(900, 'a');
  return "NIL";
}

std::vector<level> commands() {
  std::vector<level> out;
  for (auto const& p : places) out.push_back({p.name, p.needs});
  return out;
}

void play(explorer& x, choice const& c) {
  x.refill(1);
  if (!x.is_open()) return;
  auto const* p = places;
  while (p->name != c["command"]) ++p;
  auto value = value_of(c["value"]);
  // What is there already must stay out of reach; the empty name is nobody's.
  if (p->is_name && !value.empty()) value = x.box() + "-odd" + value;
  // A quoted string has no octets beyond ASCII and no line ends.
  bool const plain = std::ranges::all_of(value, [](char ch) { return ch >= ' ' && ch <= '~'; });
  // The name of a header field has neither; what a server makes of one that has is its own affair, and so is its echo.
  if (p->name == "FETCH-fields" && (!plain || value.empty() || value.find(' ') != value.npos)) return;
  std::string text(p->text);
  auto const form = plain || !c.is("string", "quoted") ? c["string"] : "literal";
  auto const written = x.string(form, value);
  if (auto const at = text.find('@'); at != text.npos) text.replace(at, 1, x.box());
  text.replace(text.find('$'), 1, written);
  auto const a = x.provoke(text, fmt::format("{}.{}", c["command"], c["value"]), c["command"],
                           p->is_name || !plain || p->name == "SEARCH-field" || p->name == "FETCH-fields" ||
                                   p->name == "SEARCH-BODY" || p->name == "APPEND-message" ||
                                   (p->name == "SEARCH-HEADER" && value.empty())
                               ? "OK | NO | BAD"
                               : "OK");
  x.still_answers();
  // A server that made of it a mailbox gets it taken away again.
  if (a.ok() && p->is_name && (p->name == "SELECT" || p->name == "EXAMINE")) x.home();
}

exploration const odd_strings{exploration_kind{"odd-strings",
                                               "strings that few clients send, wherever an IMAP command has one",
                                               history::protocol::imap,
                                               "RFC3501-9-37",
                                               {{"command", commands()},
                                                {"value",
                                                 {{"empty"},
                                                  {"quote"},
                                                  {"backslash"},
                                                  {"eight-bit"},
                                                  {"utf-8"},
                                                  {"open-shift"},
                                                  {"wildcards"},
                                                  {"brackets"},
                                                  {"like-a-literal"},
                                                  {"blanks"},
                                                  {"tab"},
                                                  {"line-end"},
                                                  {"long"},
                                                  {"NIL"}}},
                                                {"string", {{"quoted"}, {"literal"}, {"literal+", "LITERAL+"}}}},
                                               &play}};

}  // namespace
}  // namespace mailrig::scenario::odd_strings
