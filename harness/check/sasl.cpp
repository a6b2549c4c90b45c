// sasl: what a server says in an exchange is what the mechanism has: SCRAM (RFC 5802, RFC 7677), CRAM-MD5 (RFC 2195),
// OAUTHBEARER (RFC 7628); and it ends as was said in it. What the client says is hidden, and is not looked at.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "base/rng.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"
#include "check/checker.hpp"
#include "wire/mime/transfer_encoding.hpp"
#include "wire/sasl/scram_message.hpp"

namespace mailrig::check::sasl {
namespace {

constexpr std::uint64_t fewest_rounds = 4096, most_rounds = 5'000'000;
constexpr std::size_t most_kept = 4096;

/// Of a session: the exchange that is under way.
struct exchange {
  std::string mechanism;  ///< upper case; empty: none
  bool initial = false;   ///< the first response came with the command
  bool verified = false;  ///< the server has proved itself
  bool failed = false;    ///< it has told an error
  bool given_up = false;  ///< by the client
  unsigned challenges = 0;

  bool is_scram() const { return mechanism.starts_with("SCRAM-SHA-"); }
  /// RFC 4616 §2, RFC 4422 appendix A, RFC 4505 §2, RFC 7628 §3, RFC 5802 §5: the client is first.
  bool client_first() const {
    return is_scram() || mechanism == "PLAIN" || mechanism == "EXTERNAL" || mechanism == "ANONYMOUS" ||
           mechanism == "OAUTHBEARER";
  }
};

/// "<local@domain>", as RFC 1939 §7 APOP has it.
bool is_message_id(std::string_view text) {
  if (text.size() < 5 || text.front() != '<' || text.back() != '>') return false;
  auto const id = text.substr(1, text.size() - 2);
  auto const at = id.rfind('@');
  return at != id.npos && at > 0 && at + 1 < id.size() && id.find_first_of("<> \t\r\n") == id.npos;
}

class sasl final : public checker {
 public:
  void see(item const& i, report& out) override {
    auto& e = under_way_[i.session];
    switch (i.kind) {
      case item_kind::command:
        if (i.command->is("AUTHENTICATE")) begin(e, i.command->sent.arg(0), !i.command->sent.arg(1).empty());
        return;
      case item_kind::pop3_command:
        if (i.pop3_command_->is("AUTH")) begin(e, i.pop3_command_->arg(0), !i.pop3_command_->arg(1).empty());
        return;
      case item_kind::line: e.given_up = e.given_up || i.octets.starts_with("*"); return;
      case item_kind::response: return imap(i, e, out);
      case item_kind::reply: return pop3(i, e, out);
      default: return;
    }
  }

 private:
  static void begin(exchange& e, std::string_view mechanism, bool initial) {
    e = {.mechanism = base::to_upper(mechanism), .initial = initial};
  }

  void imap(item const& i, exchange& e, report& out) {
    auto const& r = *i.response;
    bool const asks = r.kind == wire::imap::response_kind::continuation && !r.violation &&
                      i.imap->in_progress.size() == 1 && i.imap->runs("AUTHENTICATE");
    constexpr std::size_t around = 4;  // "+ " and CRLF
    if (asks) return challenge(i, e, r.octets.substr(2, r.octets.size() - around), out);
    if (r.kind != wire::imap::response_kind::tagged || !i.command || !i.command->is("AUTHENTICATE")) return;
    using wire::imap::status;
    bool const no = r.condition == status::no && (r.code.empty() || r.code == "AUTHENTICATIONFAILED");
    over(i, std::exchange(e, {}), r.condition == status::ok, no, out);
  }

  void pop3(item const& i, exchange& e, report& out) {
    using wire::pop3::indicator;
    if (i.pop3->state == model::pop3_state::greeting || !i.pop3_command_ || !i.pop3_command_->is("AUTH")) return;
    auto const& line = i.reply->line;
    if (i.reply->status == indicator::challenge && line.starts_with("+ ")) return challenge(i, e, line.substr(2), out);
    if (i.reply->status == indicator::challenge || i.reply->multi) return;
    bool const no =
        i.reply->status == indicator::err && (i.reply->code.empty() || base::iequals(i.reply->code, "AUTH"));
    over(i, std::exchange(e, {}), i.reply->status == indicator::ok, no, out);
  }

  void challenge(item const& i, exchange& e, std::string_view coded, report& out) {
    auto const turn = ++e.challenges + (e.initial ? 1 : 0);
    // A trace has no signature: whoever heard it could try passwords.
    e.verified = e.verified || coded == base::secret_stand_in;
    if (coded == base::secret_stand_in) return;
    auto const text = wire::mime::decode_base64(coded);
    if (!text) return;  // `challenge` tells it
    if (turn == 1 && e.client_first() && !text->empty())
      out.add(i,
              {"first", fmt::format("{} begins with a response of the client's", e.mechanism), {"+ and a space"}, 2});
    if (e.is_scram() && turn == 2) server_first(i, e, *text, out);
    if (e.is_scram() && turn == 3) server_final(i, e, *text, out);
    if (e.mechanism == "CRAM-MD5" && turn == 1) cram(i, *text, out);
    if (e.mechanism == "OAUTHBEARER" && turn == 2) bearer(i, e, *text, out);
  }

  void server_first(item const& i, exchange& e, std::string_view text, report& out) {
    e.failed = text.starts_with("e=");
    if (e.failed) return;
    auto const m = wire::sasl::read_server_first(text);
    if (!m) {
      auto const none = text.find(",i=") == text.npos;
      remark r{"scram-first", m.error().text, {"r=NONCE,s=SALT,i=COUNT"}, 2};
      if (none) r.requirement = "RFC5802-5.1-07";
      return out.add(i, std::move(r));
    }
    if (m->mandatory) return;
    if (m->iterations < fewest_rounds) {
      remark r{"scram-few", fmt::format("i={}", m->iterations), {"i=4096 and more"}, 2};
      if (e.mechanism.starts_with("SCRAM-SHA-256")) r.requirement = "RFC7677-3-01";
      out.add(i, std::move(r));
    }
    if (m->iterations > most_rounds)
      out.add(i, {"scram-many", fmt::format("i={}", m->iterations), {"a count that a client can be asked for"}, 2});
    if (!is_new(m->nonce)) out.add(i, {"scram-nonce", {}, {"a nonce that there has not been before"}, 2});
  }

  static void server_final(item const& i, exchange& e, std::string_view text, report& out) {
    auto const m = wire::sasl::read_server_final(text);
    e.failed = text.starts_with("e=");
    if (!m) return out.add(i, {"scram-final", m.error().text, {"v=SIGNATURE", "e=ERROR"}, 2});
    auto const octets = wire::mime::decode_base64(m->verifier).value_or("").size();
    bool const sha256 = e.mechanism.starts_with("SCRAM-SHA-256");
    bool const known = sha256 || e.mechanism == "SCRAM-SHA-1" || e.mechanism == "SCRAM-SHA-1-PLUS";
    e.verified = !m->verifier.empty();
    if (e.verified && known && octets != (sha256 ? 32 : 20))
      out.add(i, {"scram-final", fmt::format("a signature of {} octets", octets), {sha256 ? "32" : "20"}, 2});
  }

  void cram(item const& i, std::string_view text, report& out) {
    if (!is_message_id(text)) return out.add(i, {"cram-form", base::printable(text), {"<text@host>"}, 2});
    if (!is_new(text)) out.add(i, {"cram-again", {}, {"a challenge that there has not been before"}, 2});
  }

  static void bearer(item const& i, exchange& e, std::string_view text, report& out) {
    e.failed = true;
    auto const json = nlohmann::json::parse(text, nullptr, false);
    bool const told = json.is_object() && json.contains("status") && json["status"].is_string();
    if (!told) out.add(i, {"bearer-error", base::printable(text), {R"(JSON: {"status":"..."})"}, 2});
  }

  /// How it ended. `no`: a failure that is put down to credentials, or to nothing.
  static void over(item const& i, exchange const& e, bool ok, bool no, report& out) {
    if (e.given_up) return;
    if (e.failed && ok) {
      remark r{"error", fmt::format("{} told an error, and ends in success", e.mechanism), {"a failure"}};
      if (!e.is_scram()) r.requirement = "RFC7628-3-03";
      return out.add(i, std::move(r));
    }
    if (e.is_scram() && ok && !e.verified)
      out.add(i, {"scram-unproven", "success without a signature of the server's", {"v=SIGNATURE first"}});
    if (e.verified && no)
      out.add(
          i,
          {"scram-verified", "the server has signed, and then refuses the credentials", {"e=ERROR, or no signature"}});
  }

  bool is_new(std::string_view text) {
    if (seen_.size() >= most_kept) seen_.clear();
    return seen_.insert(base::digest64(text)).second;
  }

  per_session<exchange> under_way_{this};
  std::set<std::uint64_t> seen_;
};

checker_kind const kind{
    "sasl",
    "A SASL exchange goes as its mechanism has it, as far as the server's side shows.",
    {{"first", "RFC4422-5-01", "Where the client is first, the challenge before its response is empty."},
     {"scram-first", "RFC5802-7-01", "The server's first message has nonce, salt and iteration count.",
      "RFC5802-5.1-07"},
     {"scram-few", "RFC5802-5.1-08", "The iteration count is at least 4096.", "RFC7677-3-01"},
     {"scram-many", "RFC5802-9-01", "The iteration count does not keep a client busy for ever."},
     {"scram-nonce", "RFC5802-5.1-04", "No two exchanges have the same nonce."},
     {"scram-final", "RFC5802-7-02", "The server's final message has its signature or an error."},
     {"scram-unproven", "RFC5802-5-03", "Success comes behind the server's signature."},
     {"scram-verified", "RFC5802-5.1-09", "Who is refused is told an error, and no signature."},
     {"error", "RFC5802-5.1-11", "An exchange in which an error was told fails.", "RFC7628-3-03"},
     {"cram-form", "RFC2195-2-01", "The challenge of CRAM-MD5 has the form of a message id."},
     {"cram-again", "RFC2195-2-03", "No two exchanges of CRAM-MD5 have the same challenge."},
     {"bearer-error", "RFC7628-3.2.2-01", "An error of OAUTHBEARER is JSON that has a status."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<sasl>(); },
    false,
    kinds::commands | kinds::tagged | kinds::pop3 | kinds::lines,
    told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::sasl
