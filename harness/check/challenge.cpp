// challenge: what a server asks in a SASL exchange is "+", a space and base64 (RFC 3501 §6.2.2, RFC 5034 §4).
#include <algorithm>

#include "check/checker.hpp"
#include "wire/imap/octet_class.hpp"

namespace mailrig::check::challenge {
namespace {

/// After "+ ": whole groups of four, at most two pads, and these at the end.
bool is_base64(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  for (int pads = 0; pads < 2 && text.ends_with('='); ++pads) text.remove_suffix(1);
  return std::ranges::all_of(text, [](char c) { return wire::imap::is(c, wire::imap::base64_bit); });
}

class challenge final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::response) imap(i, out);
    if (i.kind == item_kind::reply) pop3(i, out);
  }

 private:
  static void imap(item const& i, report& out) {
    auto const& r = *i.response;
    bool const asks = r.kind == wire::imap::response_kind::continuation && !r.violation &&
                      i.imap->in_progress.size() == 1 && i.imap->runs("AUTHENTICATE");
    constexpr std::size_t around = 4;  // "+ " and CRLF
    if (asks && !is_base64(r.octets.substr(2, r.octets.size() - around)))
      out.add(i, {"imap", {}, {"+ and base64, nothing else"}, 2});
  }

  static void pop3(item const& i, report& out) {
    if (i.pop3->state == model::pop3_state::greeting || i.reply->status != wire::pop3::indicator::challenge) return;
    auto const& line = i.reply->line;
    if (!line.starts_with("+ ") || !is_base64(line.substr(2)))
      out.add(i, {"pop3", {}, {"+ and base64, nothing else"}, 2});
  }
};

checker_kind const kind{
    "challenge",
    "A SASL challenge is base64.",
    {{"imap", "RFC3501-6.2.2-02", "A challenge of AUTHENTICATE is '+', a space and base64."},
     {"pop3", "RFC5034-4-04", "A challenge of AUTH is '+', a space and base64.", "RFC5034-4-07 RFC1734-2-02"}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<challenge>(); },
    false,
    kinds::tagged | kinds::pop3,
    told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::challenge
