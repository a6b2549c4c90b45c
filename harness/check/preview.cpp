// preview: PREVIEW is UTF-8 of bounded length, without transfer encoding, and NIL for LAZY alone (RFC 8970 §3).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/fetch_request.hpp"
#include "model/mail_truth.hpp"
#include "wire/mime/transfer_encoding.hpp"

namespace mailrig::check::preview {
namespace {

/// Characters of UTF-8; nothing where it is none (RFC 3629 §3).
std::optional<std::size_t> characters(std::string_view text) {
  std::size_t out = 0;
  for (std::size_t at = 0; at < text.size(); ++out) {
    auto const octet = [&](std::size_t n) {
      return at + n < text.size() ? static_cast<unsigned char>(text[at + n]) : 0u;
    };
    auto const lead = octet(0), next = octet(1);
    std::size_t const more = lead < 0x80   ? 0
                             : lead < 0xC2 ? 9
                             : lead < 0xE0 ? 1
                             : lead < 0xF0 ? 2
                             : lead < 0xF5 ? 3
                                           : 9;
    if (more == 9) return std::nullopt;
    for (std::size_t n = 1; n <= more; ++n)
      if ((octet(n) & 0xC0) != 0x80) return std::nullopt;
    bool const odd = (lead == 0xE0 && next < 0xA0) || (lead == 0xED && next > 0x9F) || (lead == 0xF0 && next < 0x90) ||
                     (lead == 0xF4 && next > 0x8F);
    if (odd) return std::nullopt;
    at += more + 1;
  }
  return out;
}

class preview final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::response || i.response->violation || !i.response->is("FETCH")) return;
    model::for_each_item(*i.response, [&](auto name, auto data) {
      if (!name.names("PREVIEW")) return;
      if (data.is_nil()) return nil(i, data.offset(), out);
      if (data.is_string()) text(i, data, out);
    });
  }

 private:
  /// A message that another session has expunged may be shown with nothing (RFC 2180 §4.1.3).
  static void nil(item const& i, std::size_t offset, report& out) {
    auto const* fetch = i.imap->in_progress.size() == 1 ? i.imap->running("FETCH") : nullptr;
    if (!fetch || out.mail().disturbed(i.session)) return;
    auto const asked = base::to_upper(fetch->sent.octets);
    if (asked.find("PREVIEW") != asked.npos && asked.find("LAZY") == asked.npos)
      out.add(i,
              {"nil", "NIL, and LAZY was not asked for", {"a string, empty where there is nothing to tell"}, offset});
  }

  static void text(item const& i, wire::imap::value data, report& out) {
    auto const told = data.text();
    auto const length = characters(told);
    if (!length) return out.add(i, {"utf8", base::printable(told.substr(0, 200)), {"UTF-8"}, data.offset()});
    if (*length > 256)
      out.add(i, {"too-long", fmt::format("{} characters", *length), {"256 at most"}, data.offset()});
    else if (*length > 200)
      out.add(i, {"long", fmt::format("{} characters", *length), {"200 at most"}, data.offset()});
    encoded(i, told, data.offset(), out);
  }

  /// What begins as the encoded body does, and not as the decoded one, was left encoded.
  static void encoded(item const& i, std::string const& told, std::size_t offset, report& out) {
    constexpr std::size_t telling = 12;
    auto const uid = model::told_uid(*i.imap, *i.response);
    auto const* m = i.imap->selecting() ? nullptr : out.mail().find(*i.imap, {uid, 0});
    if (!m || told.size() < telling || !m->parts.parts.empty() || m->parts.type.type != "text") return;
    auto const decoded = wire::mime::decoded_body(m->parts);
    if (!decoded) return;
    auto const begin = [&](std::string_view body) {
      return base::single_spaced(base::trim(body)).substr(0, told.size());
    };
    auto const as_it_is = begin(m->parts.body);
    if (as_it_is.substr(0, telling) == told.substr(0, telling) &&
        begin(*decoded).substr(0, telling) != told.substr(0, telling))
      out.add(i, {"encoded", base::printable(told.substr(0, 200)), {base::printable(begin(*decoded))}, offset});
  }
};

checker_kind const kind{"preview",
                        "PREVIEW is text of bounded length.",
                        {{"nil", "RFC8970-3.2-03", "PREVIEW is NIL only where LAZY was asked for."},
                         {"utf8", "RFC8970-3.3-01", "PREVIEW is UTF-8."},
                         {"too-long", "RFC8970-3.3-03", "PREVIEW has at most 256 characters."},
                         {"long", "RFC8970-3.3-04", "PREVIEW should have at most 200 characters."},
                         {"encoded", "RFC8970-3.3-02", "PREVIEW has no transfer encoding."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<preview>(); },
                        true,
                        kinds::untagged,
                        told::numbers | told::messages};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::preview
