// client_utf8: a client uses UTF-8 where it has been agreed upon, and as it was (RFC 6855 §3 to §6).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "check/client/client_checker.hpp"
#include "model/append_request.hpp"
#include "model/ext/utf8_names.hpp"

namespace mailrig::check::client_utf8 {
namespace {

bool has_wide(std::string_view text) { return !base::is_ascii(text); }

class client_utf8 final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap || !i.imap->capabilities_known) return;
    auto const& c = *i.command;
    auto const& s = *i.imap;
    bool const knows = s.can("UTF8=ACCEPT") || s.can("UTF8=ONLY");
    if (!knows && !s.syntax.utf8) return;
    if (c.is("LOGIN") && (has_wide(c.sent.arg(0)) || has_wide(c.sent.arg(1))))
      out.add(i, {"login", "LOGIN has a name or a password that is not ASCII", {"AUTHENTICATE"}});
    if (c.is("SEARCH") && s.syntax.utf8 && names_charset(c.sent))
      out.add(i, {"charset", "SEARCH names a charset, and UTF8=ACCEPT is enabled", {"no CHARSET"}});
    if (c.is("APPEND")) append(i, out);
    bool const uses = c.is("SELECT") || c.is("EXAMINE") || c.is("LIST") || c.is("LSUB") || c.is("APPEND");
    if (uses && s.can("UTF8=ONLY") && !s.syntax.utf8 && !s.runs("ENABLE"))
      out.add(i, {"only",
                  fmt::format("{} is sent to a server with UTF8=ONLY without ENABLE UTF8=ACCEPT", c.sent.name),
                  {"ENABLE UTF8=ACCEPT first"}});
  }

 private:
  static bool names_charset(wire::imap::command const& c) {
    return std::ranges::any_of(c.arguments,
                               [](auto const& a) { return !a.string && base::iequals(a.text, "CHARSET"); });
  }

  /// A message that comes as a literal alone.
  static void append(item const& i, report& out) {
    auto const& c = i.command->sent;
    for (std::size_t n = 1; n < c.arguments.size(); ++n)
      if (c.arguments[n].string && model::begins_wide(c.arguments[n].text))
        return out.add(i, {"append", "a message whose header is not ASCII comes as a literal", {"UTF8 (~{n} ...)"}});
  }
};

client_checker_kind const kind{
    {"client-utf8",
     "The client uses UTF-8 where it was agreed upon, and as it was.",
     {{"charset", "RFC6855-3-09", "SEARCH names no charset once UTF8=ACCEPT is enabled."},
      {"append", "RFC6855-4-04", "Messages with headers in UTF-8 are appended as UTF8 (...)."},
      {"login", "RFC6855-5-02", "Names and passwords in UTF-8 are for AUTHENTICATE."},
      {"only", "RFC6855-6-01", "A server that takes UTF-8 only is used after ENABLE UTF8=ACCEPT."}},
     +[]() -> std::unique_ptr<checker> { return std::make_unique<client_utf8>(); },
     false,
     kinds::commands,
     told::capabilities | told::completions}};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::client_utf8
