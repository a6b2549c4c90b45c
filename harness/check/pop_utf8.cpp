// pop_utf8: a server that announces UTF8 sends a client that has not asked for it no header outside ASCII as it is: a
// surrogate, or -ERR (RFC 6856 §2.1).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/maildrop_view.hpp"

namespace mailrig::check::pop_utf8 {
namespace {

using wire::pop3::indicator;

class pop_utf8 final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::reply && base::iequals(i.reply->code, "UTF8")) code(i, out);
    if (i.kind != item_kind::reply || !i.pop3_command_ || i.reply->status != indicator::ok) return;
    auto const& c = *i.pop3_command_;
    if (c.is("UTF8")) asked_for_[i.session] = true;
    if ((!c.is("RETR") && !c.is("TOP")) || !i.reply->multi || i.reply->violation) return;
    if (!model::announces(*i.pop3, "UTF8") || asked_for_[i.session]) return;
    auto const body = i.reply->body;
    // The text may have 8-bit octets by RFC 2045; a header may not.
    auto const header = body.substr(0, body.starts_with("\r\n") ? 0 : body.find("\r\n\r\n"));
    auto const odd = std::ranges::find_if(header, [](char c) { return static_cast<unsigned char>(c) > 0x7F; });
    if (odd == header.end()) return;
    auto const at = std::size_t(odd - header.begin());
    out.add(i, {"as-is",
                fmt::format("{} sends a header with the octet 0x{:02X}; UTF8 is announced, and was not asked for",
                            c.keyword, static_cast<unsigned char>(*odd)),
                {"a surrogate in ASCII", "-ERR"},
                std::size_t(body.data() - i.octets.data()) + at});
  }

 private:
  /// RFC 6856 §5: with -ERR, for LIST, TOP and RETR, where the mode is not on.
  void code(item const& i, report& out) {
    auto const* c = i.pop3_command_;
    bool const fits = c && (c->is("LIST") || c->is("TOP") || c->is("RETR")) && i.reply->status == indicator::err;
    if (!fits || asked_for_[i.session])
      out.add(i, {"code",
                  fits ? "UTF8 was asked for" : fmt::format("[UTF8] answers {}", c ? c->keyword : "nothing"),
                  {"-ERR [UTF8] for LIST, TOP or RETR without the mode"},
                  0});
  }

  per_session<char> asked_for_{this};
};

checker_kind const kind{
    "pop_utf8",
    "Where UTF8 is announced, headers outside ASCII wait for a client that asks for it.",
    {{"as-is", "RFC6856-2.1-02", "Without UTF8 no string outside ASCII is sent as it is.", "RFC6856-2.1-03"},
     {"code", "RFC6856-5-01", "[UTF8] tells that the mode is missing, for LIST, TOP and RETR."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<pop_utf8>(); },
    false,
    kinds::pop3,
    told::capabilities};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::pop_utf8
