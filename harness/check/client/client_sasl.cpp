// client_sasl: how a client leads a SASL exchange, as far as it shows where its responses are hidden (RFC 4422 §5,
// RFC 5802 §5). What it says in response to what a server must not say is a response all the same.
#include <fmt/format.h>

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "check/client/client_checker.hpp"
#include "wire/mime/transfer_encoding.hpp"

namespace mailrig::check::client_sasl {
namespace {

/// Of a session.
struct known {
  std::string mechanism;   ///< upper case; of the exchange that is under way
  bool verified = false;   ///< the server has sent its signature
  bool mandatory = false;  ///< the last challenge asks for an extension
  bool unproven = false;   ///< the server was content without it
};

class client_sasl final : public checker {
 public:
  void see(item const& i, report& out) override {
    auto& mine = memory_[i.session];
    switch (i.kind) {
      case item_kind::command: {
        auto const& c = *i.command;
        if (c.is("AUTHENTICATE")) return begin(i, mine, c.sent.arg(0), !c.sent.arg(1).empty(), out);
        bool const harmless = c.is("LOGOUT") || c.is("NOOP") || c.is("CAPABILITY") || c.is("ID") || c.is("STARTTLS");
        if (!harmless) goes_on(i, mine, c.sent.name, out);
        return;
      }
      case item_kind::pop3_command: {
        auto const& c = *i.pop3_command_;
        if (c.is("AUTH")) return begin(i, mine, c.arg(0), !c.arg(1).empty(), out);
        if (!c.is("QUIT") && !c.is("NOOP") && !c.is("CAPA") && !c.is("STLS")) goes_on(i, mine, c.keyword, out);
        return;
      }
      case item_kind::line:
        if (std::exchange(mine.mandatory, false) && !i.octets.starts_with("*"))
          out.add(i, {"mandatory", "the server asks for an extension (m=), and the client goes on", {"*"}});
        return;
      case item_kind::response: return imap(i, mine);
      case item_kind::reply: return pop3(i, mine);
      default: return;
    }
  }

 private:
  static void begin(item const& i, known& mine, std::string_view mechanism, bool initial, report& out) {
    mine = {.mechanism = base::to_upper(mechanism)};
    if (initial && mine.mechanism == "CRAM-MD5")
      out.add(i,
              {"server-first", "a response comes along with CRAM-MD5, in which the server is first", {"no response"}});
  }

  static void goes_on(item const& i, known& mine, std::string_view command, report& out) {
    if (std::exchange(mine.unproven, false))
      out.add(i,
              {"unproven",
               fmt::format("{} is sent, and the server's success came without a signature", base::printable(command)),
               {"the end of the connection"}});
  }

  static void challenge(known& mine, std::string_view coded) {
    // What stands for a signature in a trace.
    mine.verified = mine.verified || coded == base::secret_stand_in;
    auto const text = wire::mime::decode_base64(coded);
    if (!text || !mine.mechanism.starts_with("SCRAM-")) return;
    mine.mandatory = text->starts_with("m=");
    mine.verified = mine.verified || text->starts_with("v=");
  }

  static void over(known& mine, bool ok) {
    mine.unproven = ok && mine.mechanism.starts_with("SCRAM-") && !mine.verified;
    mine.mechanism.clear();
    mine.mandatory = false;
  }

  static void imap(item const& i, known& mine) {
    auto const& r = *i.response;
    bool const asks = r.kind == wire::imap::response_kind::continuation && !r.violation && i.imap->runs("AUTHENTICATE");
    if (asks) return challenge(mine, base::trim(r.octets.substr(2)));
    if (r.kind == wire::imap::response_kind::tagged && i.command && i.command->is("AUTHENTICATE"))
      over(mine, r.condition == wire::imap::status::ok);
  }

  static void pop3(item const& i, known& mine) {
    if (!i.pop3_command_ || !i.pop3_command_->is("AUTH")) return;
    auto const& line = i.reply->line;
    if (i.reply->status == wire::pop3::indicator::challenge)
      challenge(mine, line.substr(std::min<std::size_t>(2, line.size())));
    else
      over(mine, i.reply->status == wire::pop3::indicator::ok);
  }

  per_session<known> memory_{this};
};

client_checker_kind const kind{
    {"client-sasl",
     "The client leads SASL exchanges as their mechanisms have it.",
     {{"server-first", "RFC4422-5-02", "Where the server is first, no response comes along with the command."},
      {"mandatory", "RFC5802-5.1-12", "An extension that the server asks for and the client does not know ends SCRAM."},
      {"unproven", "RFC5802-5-04", "A server that has not proved itself in SCRAM is not trusted."}},
     +[]() -> std::unique_ptr<checker> { return std::make_unique<client_sasl>(); },
     false,
     kinds::commands | kinds::tagged | kinds::pop3 | kinds::lines,
     told::completions}};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::client_sasl
