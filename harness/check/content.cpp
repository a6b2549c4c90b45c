// content: what is fetched of a message agrees with the octets that the client put there or has seen whole: sections,
// partial texts, size, date, ENVELOPE and BODYSTRUCTURE (RFC 3501 §6.3.11, §6.4.5, §7.4.2).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "check/mail_compare.hpp"
#include "model/fetch_request.hpp"
#include "model/mail_truth.hpp"
#include "wire/imap/internal_date.hpp"

namespace mailrig::check::content {
namespace {

class content final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::response && i.response->is("FETCH") && !i.response->violation) fetch(i, out);
  }

 private:
  void fetch(item const& i, report& out) {
    auto const n = i.response->number;
    if (n == 0 || n > i.imap->view.size() || i.imap->selecting()) return;
    auto slot = i.imap->view.at(n);
    model::for_each_item(*i.response, [&](auto name, auto data) {
      if (slot.uid == 0 && name.names("UID")) slot.uid = std::uint32_t(data.number().value_or(0));
    });
    auto const* m = out.mail().find(*i.imap, slot);
    if (!m) return;
    model::for_each_item(*i.response, [&](auto name, auto data) {
      if (out.mail().disturbed(i.session) && is_nothing(data)) return;  // RFC 2180 §4.1.3
      compare(*m, model::canonical_label(name.raw()), data, i, out);
    });
  }

  static bool is_nothing(wire::imap::value data) {
    if (data.is_list()) return true;  // an envelope or structure of NILs and empty strings
    return data.is_nil() || data.raw().empty() || data.number() == 0U || base::istarts_with(data.raw(), "00-Jan-0000");
  }

  void compare(model::known_message const& m, std::string const& label, wire::imap::value data, item const& i,
               report& out) {
    if (label == "RFC822.SIZE" && data.number() && data.number() != m.octets.size())
      out.add(i, {m.copy_of ? "copied" : "size",
                  fmt::format("RFC822.SIZE {} of a message of {} octets{}", *data.number(), m.octets.size(), origin(m)),
                  {std::to_string(m.octets.size())},
                  data.offset()});
    if (label == "INTERNALDATE" && m.date && wire::imap::instant_of(data.text()) != m.date)
      out.add(i, {m.made == model::known_message::together ? "dates" : "date",
                  fmt::format("\"{}\" is another instant than APPEND gave", data.text()),
                  {},
                  data.offset()});
    if (label == "ENVELOPE") tell("envelope", envelope_differs(data, m.parts), i, out);
    if (label == "BODYSTRUCTURE" || label == "BODY")
      tell("structure", structure_differs(data, m.parts, label == "BODYSTRUCTURE"), i, out);
    if (auto const wanted = octets_of(m, label, i)) text(m, *wanted, label, data, i, out);
  }

  /// What makes us think so, where the client did not put it there itself.
  static std::string origin(model::known_message const& m) {
    return m.copy_of ? fmt::format(", which it has if it is the copy of UID {}, as COPYUID says", m.copy_of) : "";
  }

  static void tell(std::string_view rule, std::optional<discrepancy> const& d, item const& i, report& out) {
    if (d) out.add(i, {rule, d->text, {d->expected}, d->offset});
  }

  /// What the label should hold; nothing when that is not known.
  std::optional<std::string> octets_of(model::known_message const& m, std::string label, item const& i) {
    if (label == "RFC822") label = "BODY[]";
    if (label == "RFC822.HEADER") label = "BODY[HEADER]";
    if (label == "RFC822.TEXT") label = "BODY[TEXT]";
    if (!label.starts_with("BODY[")) return std::nullopt;
    auto const origin_at = label.ends_with('>') ? label.rfind('<') : label.npos;
    auto const section = label.substr(0, origin_at);
    auto whole = section == "BODY[]" ? std::optional(m.octets) : wire::mime::section(m.parts, section);
    if (!whole || origin_at == label.npos) return whole;
    auto const range = model::told_range(*i.imap, label);
    return range ? std::optional(range->of(*whole)) : std::nullopt;
  }

  /// How many parts a server reads, RFC 3501 does not say; one of so many may be none to it.
  static bool is_far_in(std::string_view label) {
    for (auto word : base::split(label.substr(0, label.find_first_of("]<")), '.'))
      if (auto const n = base::number(word.substr(std::min(word.size(), word.find_first_of("0123456789"))));
          n && *n > 999)
        return true;
    return std::ranges::count(label, '.') > 50;
  }

  static void text(model::known_message const& m, std::string const& wanted, std::string const& label,
                   wire::imap::value data, item const& i, report& out) {
    if (data.is_nil() && wanted.empty()) return;
    auto const got = data.is_nil() ? std::string() : data.text();
    if (got == wanted || (got.empty() && is_far_in(label))) return;
    auto const differs = std::size_t(std::ranges::mismatch(got, wanted).in1 - got.begin());
    bool const all = label == "BODY[]" || label == "RFC822";
    using model::known_message;
    out.add(i, {!all                                 ? "section"
                : m.copy_of                          ? "copied"
                : m.made == known_message::together  ? "together"
                : m.made == known_message::of_pieces ? "catenated"
                                                     : "octets",
                fmt::format("{} differs from the message at octet {}{}", label, differs, origin(m)),
                {base::printable(std::string_view(wanted).substr(0, 200))},
                data.offset() + differs});
  }
};

checker_kind const kind{
    "content",
    "What is fetched of a message is what was put there.",
    {{"octets", "RFC3501-6.3.11-10", "A message comes back octet for octet."},
     {"together", "RFC3502-6.3.11-01", "Of several messages each comes back, in their order.", "RFC4315-3-05"},
     {"dates", "RFC3502-6.3.11-02", "Each of several messages has its own date."},
     {"catenated", "RFC4469-3-01", "A message of pieces is these, one behind the other.", "RFC4469-3-02 RFC4469-3-05"},
     {"copied", "RFC4315-3-08", "COPYUID pairs each source with its copy.", "RFC3501-6.4.7-03"},
     {"section", "RFC3501-6.4.5-07", "A section holds the octets of the part that it names.",
      "RFC3501-6.4.5-08 RFC3501-6.4.5-09 RFC3501-6.4.5-11 RFC3501-6.4.5-13 RFC3501-6.4.5-15 RFC3501-6.4.5-20 "
      "RFC3501-6.4.5-31 RFC3501-7.4.2-05"},
     {"size", "RFC3501-2.3.4-01", "RFC822.SIZE is the number of octets of the message."},
     {"date", "RFC3501-2.3.3-03", "INTERNALDATE is the instant that APPEND gave."},
     {"envelope", "RFC3501-7.4.2-20", "ENVELOPE tells what the header fields say.",
      "RFC3501-7.4.2-21 RFC3501-7.4.2-22 RFC3501-7.4.2-24 RFC3501-7.4.2-25 RFC3501-7.4.2-26 RFC3501-7.4.2-27 "
      "RFC3501-7.4.2-28"},
     {"structure", "RFC3501-7.4.2-11", "BODYSTRUCTURE tells what the MIME header fields and the parts are.",
      "RFC3501-7.4.2-12 RFC3501-7.4.2-13 RFC3501-7.4.2-15 RFC3501-7.4.2-16 RFC3501-7.4.2-18"}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<content>(); },
    true,
    kinds::untagged,
    told::numbers | told::messages};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::content
