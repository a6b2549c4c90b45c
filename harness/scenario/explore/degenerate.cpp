// degenerate: every IMAP command with too few, too many, wrong and huge arguments. Such a command SHOULD be refused,
// and whatever becomes of it, the session goes on.
#include <fmt/format.h>

#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::degenerate {
namespace {

/// A legal form of the arguments: '#' is a message's number, '@' stands for the scenario's own mailboxes.
struct subject {
  std::string_view name, arguments, needs = {};
};
constexpr subject subjects[]{{"CAPABILITY", ""},
                             {"NOOP", ""},
                             {"LOGOUT", ""},
                             {"STARTTLS", "", "STARTTLS"},
                             {"LOGIN", "nobody nothing"},
                             {"AUTHENTICATE", "PLAIN", "AUTH=PLAIN"},
                             {"SELECT", "INBOX"},
                             {"EXAMINE", "INBOX"},
                             {"CREATE", "@-made"},
                             {"DELETE", "@-none"},
                             {"RENAME", "@-none @-new"},
                             {"SUBSCRIBE", "@-made"},
                             {"UNSUBSCRIBE", "@-made"},
                             {"LIST", "\"\" *"},
                             {"LSUB", "\"\" *"},
                             {"STATUS", "INBOX (MESSAGES)"},
                             {"APPEND", "INBOX {11}\r\nX: y\r\n\r\nz\r\n"},
                             {"CHECK", ""},
                             {"CLOSE", ""},
                             {"EXPUNGE", ""},
                             {"SEARCH", "#"},
                             {"FETCH", "# FLAGS"},
                             {"STORE", "# +FLAGS (\\Flagged)"},
                             {"COPY", "# INBOX"},
                             {"UID FETCH", "# FLAGS"},
                             {"UID STORE", "# +FLAGS (\\Flagged)"},
                             {"UID SEARCH", "UID #"},
                             {"UID COPY", "# INBOX"},
                             {"UID", "NOOP"},
                             {"MOVE", "# INBOX", "MOVE"},
                             {"UID MOVE", "# INBOX", "MOVE"},
                             {"REPLACE", "# INBOX {11}\r\nX: y\r\n\r\nz\r\n", "REPLACE"},
                             {"UID REPLACE", "# INBOX {11}\r\nX: y\r\n\r\nz\r\n", "REPLACE"},
                             {"UID EXPUNGE", "#", "UIDPLUS"},
                             {"UNSELECT", "", "UNSELECT"},
                             {"IDLE", "", "IDLE"},
                             {"NAMESPACE", "", "NAMESPACE"},
                             {"ID", "NIL", "ID"},
                             {"ENABLE", "X-EXPLORED", "ENABLE"},
                             {"GETQUOTAROOT", "INBOX", "QUOTA"},
                             {"GETACL", "INBOX", "ACL"},
                             {"MYRIGHTS", "INBOX", "ACL"},
                             {"LISTRIGHTS", "INBOX nobody", "ACL"},
                             {"SETACL", "@-none nobody lr", "ACL"},
                             {"DELETEACL", "@-none nobody", "ACL"},
                             {"GETMETADATA", "INBOX /shared/comment", "METADATA"},
                             {"SETMETADATA", "@-none (/private/comment NIL)", "METADATA"},
                             {"SORT", "(DATE) UTF-8 #", "SORT"},
                             {"THREAD", "REFERENCES UTF-8 #", "THREAD=REFERENCES"},
                             {"NOTIFY", "SET (selected (MessageNew MessageExpunge FlagChange))", "NOTIFY"},
                             {"COMPRESS", "DEFLATE", "COMPRESS=DEFLATE"},
                             {"LANGUAGE", "", "LANGUAGE"},
                             {"COMPARATOR", "", "I18NLEVEL=2"},
                             {"ESEARCH", "IN (inboxes) UID #", "MULTISEARCH"},
                             {"XYZZY", ""}};

std::vector<level> commands() {
  std::vector<level> out;
  for (auto const& s : subjects) out.push_back({s.name, s.needs});
  return out;
}

struct request {
  std::string text;
  bool malformed = true;  ///< beyond doubt, by the command's own grammar
};

/// In place of a number; where the command has none, it is one argument too many.
std::string with_number(std::string arguments, std::string_view number) {
  auto const at = arguments.find('#');
  if (at == arguments.npos) return arguments + (arguments.empty() ? "" : " ") + std::string(number);
  return arguments.replace(at, 1, number);
}

request malform(subject const& s, std::string_view form, std::string const& own) {
  std::string arguments(s.arguments);
  for (auto at = arguments.find('@'); at != arguments.npos; at = arguments.find('@')) arguments.replace(at, 1, own);
  auto const right = with_number(arguments, s.arguments.find('#') != s.arguments.npos ? "1" : "");
  auto const verb = std::string(s.name) + " ";
  // Words that follow may be more of the same: names for ENABLE, an initial response for AUTHENTICATE.
  bool const open_ended = s.name == "ENABLE" || s.name == "AUTHENTICATE";
  auto const more = [&](std::string_view what) {
    auto text = verb + std::string(right);
    if (!text.ends_with(' ')) text += ' ';
    return text + std::string(what);
  };
  bool const has_number = s.arguments.find('#') != s.arguments.npos;
  if (form == "none") return {std::string(s.name), !s.arguments.empty() || s.name == "XYZZY"};
  if (form == "too-many") return {more("x"), !open_ended};
  // Too many spaces are a syntax error too; whoever overlooks them harms nobody, and another scenario asks for it.
  if (form == "two-spaces") return {verb + " " + right, false};
  if (form == "space-last") return {verb + right + " ", false};
  if (form == "empty-string") return {verb + "\"\"", s.arguments.empty() || has_number};
  if (form == "list") return {verb + "(x)", s.name != "LIST"};
  if (form == "open-list") return {more("("), true};
  if (form == "open-quote") return {more("\"x"), true};
  if (form == "nul") return {verb + right + '\0', false};
  if (form == "literal-huge") return {more("{18446744073709551617}"), true};
  auto const number = form == "after-number" ? "1x"
                      : form == "zero"       ? "0"
                      : form == "negative"   ? "-1"
                      : form == "2^32"       ? "4294967297"  // one more: what wraps around is message 1
                                             : "18446744073709551617";
  return {verb + with_number(right == arguments ? arguments : arguments, number), !open_ended};
}

void play(explorer& x, choice const& c) {
  subject const* s = subjects;
  while (s->name != c["command"]) ++s;
  auto const r = malform(*s, c["form"], x.box());
  auto const a = x.provoke(r.text, c["form"], s->name, r.malformed ? "BAD | NO" : "OK | NO | BAD | +");
  // What has begun another conversation than ours is left.
  if (a.status == "+" || (a.ok() && (s->name == "STARTTLS" || s->name == "COMPRESS"))) return x.drop();
  // What follows a literal of LOGIN is taken for a password, and would not be told from one.
  if (s->name == "LOGIN" && c["form"].starts_with("literal")) return x.drop();
  x.still_answers();
}

exploration const degenerate{exploration_kind{"degenerate",
                                              "every IMAP command with none, too many, wrong and huge arguments",
                                              history::protocol::imap,
                                              "RFC3501-2.2.2-04",
                                              {{"command", commands()},
                                               {"form",
                                                {{"none"},
                                                 {"too-many"},
                                                 {"two-spaces"},
                                                 {"space-last"},
                                                 {"empty-string"},
                                                 {"list"},
                                                 {"open-list"},
                                                 {"open-quote"},
                                                 {"nul"},
                                                 {"literal-huge"},
                                                 {"after-number"},
                                                 {"zero"},
                                                 {"negative"},
                                                 {"2^32"},
                                                 {"2^64"}}}},
                                              &play}};

// --- lines that are no commands --------------------------------------------------------------------------------------

struct odd_line {
  std::string_view name;
  std::string octets;
};
std::vector<odd_line> const& odd_lines() {
  static std::vector<odd_line> const all{{"empty", "\r\n"},
                                         {"space", " \r\n"},
                                         {"tag-alone", "o1\r\n"},
                                         {"tag-and-space", "o1 \r\n"},
                                         {"star-tag", "* NOOP\r\n"},
                                         {"plus-tag", "+x NOOP\r\n"},
                                         {"list-tag", "o(1 NOOP\r\n"},
                                         {"percent-tag", "o%1 NOOP\r\n"},
                                         {"quoted-tag", "\"o1\" NOOP\r\n"},
                                         {"literal-as-tag", "{3+}\r\no1 NOOP\r\n"},
                                         {"nul", std::string("o1 NO\0OP\r\n", 10)},
                                         {"eight-bit", "o1 N\xC3\x96OP\r\n"},
                                         {"no-tag", "NOOP\r\n"},
                                         {"long-tag", std::string(8192, 'o') + " NOOP\r\n"},
                                         {"long-command", "o1 " + std::string(8192, 'N') + "\r\n"},
                                         {"long-spaces", "o1" + std::string(8192, ' ') + "NOOP\r\n"},
                                         {"mail-like", "GET / HTTP/1.1\r\nHost: example.test\r\n\r\n"}};
  return all;
}

exploration const lines{exploration_kind{"lines",
                                         "lines that are no IMAP command: the next command is answered as ever",
                                         history::protocol::imap,
                                         "RFC3501-2.2.2-03",
                                         {{"line",
                                           [] {
                                             std::vector<level> out;
                                             for (auto const& l : odd_lines()) out.push_back({l.name});
                                             return out;
                                           }()},
                                          {"before", {{"nothing"}, {"command"}}}},
                                         +[](explorer& x, choice const& c) {
                                           for (auto const& l : odd_lines()) {
                                             if (l.name != c["line"]) continue;
                                             if (c.is("before", "command")) x.ask("NOOP", "OK");
                                             x.send(l.octets);
                                             x.still_answers();
                                             x.drop();  // what the server makes of the line's tag is its own affair
                                           }
                                         }}};

}  // namespace
}  // namespace mailrig::scenario::degenerate
