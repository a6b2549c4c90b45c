// catenate: APPEND of texts and URLs in every order; what comes of it is looked at octet by octet.
#include <fmt/format.h>

#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::catenate {
namespace {

std::string literal(std::string_view form, std::string_view octets) {
  return fmt::format("TEXT {{{}{}}}\r\n{}", octets.size(), form == "literal+" ? "+" : "", octets);
}

/// Of a message of INBOX, which is selected; its UID has been told.
std::string url(explorer& x, choice const& c) {
  auto const& view = x.imap().view;
  auto const& slot = view.at(1 + x.random.below(view.size()));
  std::string out = c.is("mailbox", "relative") ? "" : c.is("mailbox", "lower") ? "/inbox" : "/INBOX";
  if (c.is("mailbox", "validity")) out += fmt::format(";UIDVALIDITY={}", x.imap().uidvalidity);
  if (!out.empty()) out += "/";
  out += fmt::format(";UID={}", c.is("section", "missing") ? 4'294'967'295U : slot.uid);
  auto const section = c["section"];
  if (section == "header") out += "/;SECTION=HEADER";
  if (section == "text") out += "/;SECTION=TEXT";
  if (section == "part") out += "/;SECTION=1";
  if (section == "fields") out += "/;SECTION=HEADER.FIELDS%20%28SUBJECT%20FROM%29";
  if (section == "partial") out += "/;PARTIAL=3.20";
  return fmt::format("URL \"{}\"", out);
}

void play(explorer& x, choice const& c) {
  if (!x.refill(2) || !x.ask("FETCH 1:* (UID BODY.PEEK[])", "OK").ok() || x.messages() == 0) return;
  auto const text = literal(c["literal"], fmt::format("Subject: made {}\r\n\r\n", x.fresh()));
  auto const& pieces = c["pieces"];
  std::string list;
  for (char const piece : pieces) list += (list.empty() ? "" : " ") + (piece == 't' ? text : url(x, c));
  auto const flags = c.is("flags", "absent") ? "" : " (\\Flagged)";
  bool const wrong = c.is("section", "missing") && pieces.find('u') != pieces.npos;
  // A section of header fields in a URL, and the part of a message that is none, some do not read.
  bool const odd = c.is("section", "fields") || c.is("section", "part");
  // Mail without a body has an empty TEXT, and who would store a message of no octets?
  bool const empty = pieces.find('t') == pieces.npos && (c.is("section", "text") || c.is("section", "partial"));
  auto const permitted = wrong ? "NO" : odd || empty ? "OK | NO" : "OK";
  x.ask(fmt::format("{} INBOX{} CATENATE ({})", x.cased(c["case"], "APPEND"), flags, list), permitted);
  x.ask("NOOP", "OK");
  x.look();
  if (x.messages() > 0) x.ask("FETCH * (UID BODY.PEEK[] RFC822.SIZE)", "OK");
}

exploration const kind{exploration_kind{
    "catenate",
    "APPEND of texts and URLs",
    history::protocol::imap,
    "RFC4469-3-01",
    {{"pieces", {{"t"}, {"u"}, {"tu"}, {"ut"}, {"tut"}, {"uu"}}},
     {"section", {{"whole"}, {"header"}, {"text"}, {"part"}, {"fields"}, {"partial", "URL-PARTIAL"}, {"missing"}}},
     {"mailbox", {{"named"}, {"lower"}, {"validity"}, {"relative"}}},
     {"flags", {{"absent"}, {"one"}}},
     {"literal", {{"literal"}, {"literal+", "LITERAL+"}}},
     case_factor},
    &play,
    "CATENATE"}};

}  // namespace
}  // namespace mailrig::scenario::catenate
