// grammar: every octet that a server sends is of the formal syntax of RFC 3501 §9 (or its extensions) or RFC 1939 §3.
#include <fmt/format.h>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "wire/imap/mutf7.hpp"

namespace mailrig::check::grammar {
namespace {

std::string_view rule_of(base::fault const& f) {
  auto const is = [&](std::string_view name) { return f.rule == name; };
  if (is("CRLF")) return "crlf";
  if (f.rule.starts_with("body") || f.rule.starts_with("media")) return "bodystructure";
  if (is("envelope") || is("address") || is("env-addresses")) return "envelope";
  if (is("date-time") || is("date-month") || is("time") || is("zone")) return "date-time";
  for (std::string_view list : {"mbx-list", "mbox-list", "childinfo", "list-select"})
    if (f.rule.starts_with(list)) return "mailbox-list";
  if (is("mailbox") || is("mailbox-list")) return "mailbox-list";
  if (f.rule.starts_with("quota") || f.rule.starts_with("resource")) return "quota";
  for (std::string_view acl : {"acl-data", "listrights-data", "myrights-data", "rights", "identifier"})
    if (is(acl)) return "rights";
  if (f.rule.starts_with("entry") || is("metadata-resp") || is("METADATA") || is("value")) return "annotations";
  if (is("resp-text") || is("TEXT-CHAR") || is("resp-cond-state")) return "status";
  if (is("continue-req")) return "continuation";
  if (f.rule.starts_with("flag")) return "flags";
  if (is("SEARCH")) return "search";
  for (std::string_view code : {"resp-text-code", "uid-set", "COPYUID", "APPENDUID", "INPROGRESS", "inprogress-tag",
                                "inprogress-state", "badurl-response-code", "url-resp-text", "message-limit"})
    if (is(code)) return "code";
  return "syntax";
}

class grammar final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::reply && i.reply->violation) return pop3(i, *i.reply->violation, out);
    if (i.kind == item_kind::reply) return own_lines(i, out);
    if (i.kind != item_kind::response) return;
    auto const& r = *i.response;
    if (i.framing && *i.framing) return broken(i, rule_of(**i.framing), **i.framing, out);
    if (r.violation) return broken(i, rule_of(*r.violation), *r.violation, out);
    if (i.imap->state == model::imap_state::greeting &&
        (r.kind != wire::imap::response_kind::untagged || r.condition == wire::imap::status::none ||
         r.condition == wire::imap::status::no || r.condition == wire::imap::status::bad))
      out.add(i, {"greeting", {}, {"* OK ...", "* PREAUTH ...", "* BYE ..."}, 0});
    if ((r.name == "LIST" || r.name == "LSUB") && !i.imap->syntax.utf8) mailbox_name(i, out);
    if (r.is("NAMESPACE") && !i.imap->syntax.utf8) prefixes(i, out);
  }

 private:
  static void broken(item const& i, std::string_view rule, base::fault const& f, report& out) {
    remark r{f.ours ? "unread" : rule, fmt::format("{}: {}", f.rule, f.text), {}, f.offset};
    r.undecided = f.ours;
    out.add(i, std::move(r));
  }

  static void mailbox_name(item const& i, report& out) {
    auto const name = i.response->args().next().next();
    if (auto const utf8 = wire::imap::decode_mutf7(name.text()); !utf8)
      out.add(i, {"mutf7", "modified UTF-7: " + utf8.error().text, {}, name.offset() + utf8.error().offset});
  }

  /// RFC 2342 §6: a prefix is written as any name is.
  static void prefixes(item const& i, report& out) {
    for (auto kind = i.response->args(); kind; kind = kind.next())
      for (auto one = kind.is_list() ? kind.first() : wire::imap::value(); one; one = one.next()) {
        auto const prefix = one.at(0);
        auto const utf8 = wire::imap::decode_mutf7(prefix.text());
        if (!utf8)
          out.add(i, {"mutf7",
                      "modified UTF-7 of a namespace: " + utf8.error().text,
                      {},
                      prefix.offset() + utf8.error().offset,
                      {},
                      "RFC2342-6-01"});
      }
  }

  /// Lines of the server's own making; those of RETR and TOP are the mail's, which may hold any octet (RFC 1939 §11).
  static void own_lines(item const& i, report& out) {
    auto const* c = i.pop3_command_;
    if (!i.reply->multi || !c || c->is("RETR") || c->is("TOP")) return;
    auto const& body = i.reply->body;
    for (std::size_t at = 0; at < body.size(); ++at) {
      bool const ends_line = body[at] == '\n' || body.substr(at, 2) == "\r\n";
      bool const control = (body[at] >= 0 && body[at] < ' ') || body[at] == 0x7F;
      if (control && !ends_line)
        return out.add(i, {"pop3-line",
                           fmt::format("a control octet in a line of {}", c->keyword),
                           {"printable text"},
                           i.reply->line.size() + 2 + at});
    }
  }

  static bool is_lower(std::string_view octets) {
    for (auto const* word : {"+OK", "-ERR"})
      if (base::istarts_with(octets, word) && !octets.starts_with(word)) return true;
    return false;
  }

  static void pop3(item const& i, base::fault const& f, report& out) {
    broken(i,
           f.rule == "CRLF"            ? "pop3-crlf"
           : f.rule == "byte-stuffing" ? "pop3-stuffing"
           : f.rule == "response line" ? "pop3-line"
           : is_lower(i.octets)        ? "pop3-case"
                                       : "pop3-status",
           f, out);
  }
};

checker_kind const kind{
    "grammar",
    "Every octet that the server sends is of the formal syntax.",
    {{"syntax", "RFC3501-2.2-01", "A response is of the formal syntax.",
      "RFC3501-2.2.2-01 RFC3501-4.1-01 RFC3501-4.2-01 RFC3501-4.3-01 RFC3501-4.3-04 RFC3501-4.3.1-02 RFC3501-4.4-01 "
      "RFC3501-9-02 RFC3501-9-03 RFC3501-9-04 RFC3501-9-09 RFC3501-9-10 RFC3501-9-11 RFC3501-9-12 RFC3501-9-22 "
      "RFC3501-9-31 RFC3501-9-32 RFC3501-9-34 RFC3501-9-48 RFC3501-2.3.1.1-01 RFC2342-5-05 RFC5161-4-02 "
      "RFC7888-3-01 RFC2971-3.2-03 RFC3501-4.3-03 RFC2342-5-01 RFC3516-4.3-02 RFC7162-3.1-01 RFC7162-7-01 "
      "RFC7162-7-02 RFC7162-7-03 RFC7162-7-04 RFC4466-2.6.2-02 RFC4731-4-01 RFC5256-4-02 RFC5256-5-01 "
      "RFC7162-3.1.9-02 RFC6855-3-03 RFC5738-3.1-01 RFC9051-A-01 RFC9051-9-06 RFC8474-7-01 RFC9051-4.3-01 RFC9051-9-01 "
      "RFC9051-9-05 RFC2683-3.4.2-01 RFC2683-3.4.2-02"},
     {"unread", "RFC3501-2.2-01", "A response is no larger and no deeper than what is read of it."},
     {"crlf", "RFC3501-2.2-01", "A line ends in CRLF."},
     {"greeting", "RFC3501-9-05", "The greeting is OK, PREAUTH or BYE, untagged."},
     {"status", "RFC3501-9-06", "A status response has text, of 7-bit characters.", "RFC3501-2.2.2-01 RFC9051-9-04"},
     {"continuation", "RFC3501-9-07", "A continuation is '+', a space, and text or base64.",
      "RFC3501-7.5-01 RFC4959-3-07"},
     {"quota", "RFC9208-3.1.2-01", "Quota data are resources, each with a usage and a limit of 63 bits."},
     {"rights", "RFC4314-7-01", "Data of ACL have identifiers, and rights in lower-case letters and digits.",
      "RFC4314-3.3-01"},
     {"annotations", "RFC5464-5-01", "METADATA has entries that are ones, with strings, NIL or literals as values."},
     {"code", "RFC3501-9-33", "A response code has the arguments that its definition says.",
      "RFC7162-7-03 RFC3501-7.1-01 RFC3501-7.1-08 RFC4315-4-01 RFC5530-4-01"},
     {"flags", "RFC3501-9-14", "A flag list has flags, single spaces and no empty atom."},
     {"search", "RFC3501-9-47", "SEARCH has numbers from 1, single spaces, and nothing after.",
      "RFC3501-7.2.5-01 RFC7162-7-10 RFC7162-3.1.6-01"},
     {"mailbox-list", "RFC3501-9-19", "LIST has attributes, a delimiter and a mailbox name.",
      "RFC3501-9-20 RFC3501-5.1-03 RFC3501-9-13 RFC3501-9-21 RFC5258-6-02 RFC5258-6-04 RFC6855-3-03 RFC5738-3.1-01 "
      "RFC9051-9-06 "
      "RFC9051-A-01"},
     {"mutf7", "RFC3501-5.1.3-01", "A mailbox name is well-formed modified UTF-7.", "RFC3501-5.1.3-02 RFC2342-6-01"},
     {"date-time", "RFC3501-9-17", "A date-time has 26 characters of its fixed form.",
      "RFC3501-9-18 RFC8514-4.2-01 RFC2683-3.4.1-01"},
     {"envelope", "RFC3501-7.4.2-20", "An envelope has ten fields in fixed order.", "RFC3501-9-23 RFC3501-7.4.2-21"},
     {"bodystructure", "RFC3501-7.4.2-11", "A body structure has the fields that its type needs, in order.",
      "RFC3501-6.4.5-05 RFC3501-7.4.2-08 RFC3501-7.4.2-10 RFC3501-9-25 RFC3501-9-26 RFC3501-9-27 RFC3501-9-28 "
      "RFC3501-9-24 RFC3501-9-29 RFC3501-9-30 RFC3501-9-50 RFC3501-7.4.2-07 RFC3501-7.4.2-09 RFC3501-7.4.2-14 "
      "RFC3501-7.4.2-19"},
     {"pop3-crlf", "RFC1939-3-03", "A line ends in CRLF and has no bare CR or LF."},
     {"pop3-line", "RFC1939-3-06", "A response line has at most 512 octets and no control character.", "RFC2449-4-03"},
     {"pop3-status", "RFC1939-3-07", "A reply begins with +OK or -ERR."},
     {"pop3-case", "RFC1939-3-08", "+OK and -ERR are in upper case.", "RFC1939-3-07"},
     {"pop3-stuffing", "RFC1939-3-10", "A content line that begins with a dot has it doubled."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<grammar>(); },
    false,
    kinds::untagged | kinds::tagged | kinds::pop3,
    told::nothing};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::grammar
