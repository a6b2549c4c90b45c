// client_secrets: passwords are sent where nobody else reads them (RFC 3501 §6.2.3, RFC 8314 §5.2). Whether a
// connection was in the clear is known from the server: who announces STARTTLS or STLS has no TLS on that connection.
#include <fmt/format.h>

#include "base/text.hpp"
#include "check/client/client_checker.hpp"
#include "model/maildrop_view.hpp"

namespace mailrig::check::client_secrets {
namespace {

/// The mechanism hands the password over, or what is as good as one.
bool shows_secret(std::string_view mechanism) {
  for (std::string_view m : {"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"})
    if (base::iequals(mechanism, m)) return true;
  return false;
}

/// Of a session.
struct known {
  bool authenticates = false;  ///< AUTHENTICATE was tried
  bool tls = false;            ///< to the proxy
};

class client_secrets final : public checker {
 public:
  void see(item const& i, report& out) override {
    auto& mine = memory_[i.session];
    if (i.kind == item_kind::opened) mine.tls = i.octets.ends_with(client_has_tls);
    if (i.kind == item_kind::command) return imap(i, mine, out);
    if (i.kind != item_kind::pop3_command || i.pop3->secured || mine.tls) return;
    auto const& c = *i.pop3_command_;
    bool const shown = c.is("PASS") || (c.is("AUTH") && shows_secret(c.arg(0)));
    if (shown && i.pop3->capabilities_known && model::announces(*i.pop3, "STLS"))
      clear(i, fmt::format("{} is sent in the clear, and the server announced STLS", c.keyword), "STLS first",
            c.is("AUTH") ? c.arg(0) : "", out);
  }

 private:
  /// RFC 9051 §6.2.3 says what that is: after attempting and failing to authenticate by AUTHENTICATE.
  static void last_resort(item const& i, report& out) {
    for (auto const& capability : *i.imap->capabilities)
      if (capability.starts_with("AUTH="))
        return out.add(i, {"last-resort",
                           fmt::format("LOGIN is sent before AUTHENTICATE was tried, and the server announced {}",
                                       base::printable(capability)),
                           {"AUTHENTICATE with a mechanism that is announced"}});
  }

  static void imap(item const& i, known& mine, report& out) {
    auto const& c = *i.command;
    auto const& s = *i.imap;
    auto& tried = mine.authenticates;
    if (c.is("LOGIN") && !tried && s.capabilities_known && !s.can("LOGINDISABLED")) last_resort(i, out);
    tried = tried || c.is("AUTHENTICATE");
    bool const shown = c.is("LOGIN") || (c.is("AUTHENTICATE") && shows_secret(c.sent.arg(0)));
    if (!shown || !s.capabilities_known) return;
    if (c.is("LOGIN") && s.can("LOGINDISABLED"))
      out.add(i, {"login-disabled",
                  "LOGIN is sent, and the server had announced LOGINDISABLED",
                  {"STARTTLS, or AUTHENTICATE with a mechanism that is announced"}});
    else if (!s.secured && !mine.tls && s.can("STARTTLS"))
      clear(i, fmt::format("{} is sent in the clear, and the server announced STARTTLS", c.sent.name), "STARTTLS first",
            c.is("AUTHENTICATE") ? c.sent.arg(0) : "", out);
  }

  static void clear(item const& i, std::string text, std::string instead, std::string_view mechanism, report& out) {
    remark r{"clear", std::move(text), {std::move(instead)}};
    if (base::iequals(mechanism, "OAUTHBEARER")) r.requirement = "RFC7628-3-04";
    out.add(i, std::move(r));
  }

  per_session<known> memory_{this};
};

client_checker_kind const kind{
    {"client-secrets",
     "The client uses TLS where it is offered before it sends a password.",
     {{"clear", "RFC8314-5.2-01", "A password is sent by the most secure means available, such as STARTTLS.",
       "RFC7628-3-04"},
      {"last-resort", "RFC3501-6.2.3-06", "LOGIN is sent where AUTHENTICATE was tried and failed."},
      {"login-disabled", "RFC3501-6.2.3-04", "LOGIN is not sent where LOGINDISABLED is announced."}},
     +[]() -> std::unique_ptr<checker> { return std::make_unique<client_secrets>(); },
     false,
     kinds::commands | kinds::pop3 | kinds::rest,
     told::capabilities | told::completions}};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::client_secrets
