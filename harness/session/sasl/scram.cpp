// scram: RFC 5802 with SHA-1, RFC 7677 with SHA-256; with -PLUS bound to TLS by tls-exporter (RFC 9266) or, where the
// TLS session has none, by the server's certificate (RFC 5929 §4).
#include <fmt/format.h>

#include "base/text.hpp"
#include "net/digest.hpp"
#include "session/proof.hpp"
#include "session/sasl/mechanism.hpp"
#include "session/sasl/saslname.hpp"

namespace mailrig::session::scram {
namespace {

using net::digest_kind;

/// RFC 5802 §5.1 asks servers for 4096; a quarter of that is borne with. §9: a big one keeps a client busy for ever.
constexpr std::uint64_t fewest_rounds = 1024, most_rounds = 5'000'000;

class scram final : public sasl_exchange {
 public:
  scram(sasl_start const& s, digest_kind kind, bool plus)
      : kind_(kind),
        password_(s.who.password),
        nonce_(s.said_otherwise("nonce").value_or(s.nonce.empty() ? net::base64(net::random_octets(18))
                                                                  : std::string(s.nonce))),
        other_nonce_(s.said_otherwise("final-nonce")),
        nonce_end_(s.said_otherwise("nonce-end").value_or("")),
        final_more_(with_comma(s.said_otherwise("final-more"))),
        behind_proof_(with_comma(s.said_otherwise("behind-proof"))),
        altered_(s.said_otherwise("proof").has_value()) {
    bare_ = fmt::format("n={},r={}", s.said_otherwise("name").value_or(saslname(s.who.user)), nonce_);
    if (auto const before = s.said_otherwise("extension")) bare_ = *before + "," + bare_;
    if (auto const behind = s.said_otherwise("more")) bare_ += "," + *behind;
    bind(s, plus);
  }

  std::optional<std::string> respond(std::string_view challenge) override {
    switch (stage_++) {
      case 0: return header_ + bare_;
      case 1: return challenge.starts_with("e=") ? std::optional(std::string()) : final_message(challenge);
      case 2: return end(challenge);
      default: return std::nullopt;
    }
  }
  bool proven() const override { return proven_; }
  std::string_view why() const override { return why_; }

 private:
  /// RFC 5802 §6: "y": we could have bound it and saw no -PLUS, which a man in the middle may have taken away.
  void bind(sasl_start const& s, bool plus) {
    std::string used = s.said_otherwise("binding").value_or("");
    if (!used.empty() && s.binding) bound_ = s.binding(used);
    if (used.empty() && s.binding)
      for (auto const* type : {"tls-exporter", "tls-server-end-point"})
        if (used.empty() && !(bound_ = s.binding(type)).empty()) used = type;
    auto const flag = plus ? "p=" + used : !used.empty() && !s.plus_offered ? "y" : "n";
    auto const authzid = s.said_otherwise("authzid").value_or("");
    header_ = fmt::format("{},{}{},", s.said_otherwise("flag").value_or(flag),
                          authzid.empty() ? "" : "a=", saslname(authzid));
    if (!plus) bound_.clear();
    if (auto const other = s.said_otherwise("channel")) bound_ = *other;
  }

  static std::string with_comma(std::optional<std::string> const& text) { return text ? "," + *text : ""; }

  /// The nonce of the final message, "r=" before it: the server's, if a script does not have it otherwise.
  std::string final_nonce(std::string_view servers) const {
    if (other_nonce_) return "r=" + *other_nonce_;
    std::string out(servers);
    if (nonce_end_ == "none") return "r=" + nonce_;
    if (nonce_end_ == "cut") out.pop_back();
    if (nonce_end_ == "altered") out.back() = out.back() == 'x' ? 'y' : 'x';
    if (nonce_end_ == "longer") out += 'x';
    return out;
  }

  std::nullopt_t wrong(std::string_view why) {
    why_ = why;
    return std::nullopt;
  }

  std::optional<std::string> final_message(std::string_view first) {
    auto const f = base::split(first, ',');
    if (f[0].starts_with("m=")) return wrong("the server asks for an extension that nobody knows");
    if (f.size() < 3 || !f[0].starts_with("r=") || !f[1].starts_with("s=") || !f[2].starts_with("i="))
      return wrong("the challenge is no server-first-message");
    if (!f[0].starts_with("r=" + nonce_)) return wrong("the server's nonce does not begin with the client's");
    auto const salt = net::from_base64(f[1].substr(2));
    auto const rounds = base::number(f[2].substr(2));
    if (!salt || !rounds) return wrong("the salt is no base64, or the iteration count no number");
    if (*rounds < fewest_rounds) return wrong("the iteration count is so small that the password would be told");
    if (*rounds > most_rounds) return wrong("the iteration count is so big that it would keep the client busy");
    auto const salted = net::pbkdf2(kind_, password_, *salt, unsigned(*rounds));
    auto const without_proof = fmt::format("c={},{}{}", net::base64(header_ + bound_), final_nonce(f[0]), final_more_);
    auto const signed_text = fmt::format("{},{},{}", bare_, first, without_proof);
    auto const client_key = net::hmac(kind_, salted, "Client Key");
    auto proof = net::hmac(kind_, net::digest(kind_, client_key), signed_text);
    for (std::size_t i = 0; i < proof.size(); ++i) proof[i] = char(proof[i] ^ client_key[i]);
    if (altered_) proof.back() = char(proof.back() ^ 1);
    verifier_ = net::hmac(kind_, net::hmac(kind_, salted, "Server Key"), signed_text);
    keep_proof(net::base64(verifier_));
    keep_proof(net::base64(proof));
    return fmt::format("{},p={}{}", without_proof, net::base64(proof), behind_proof_);
  }

  std::optional<std::string> end(std::string_view last) {
    // A server-error (§7): answered, so that the server ends the exchange and says in its own words why.
    if (last.starts_with("e=")) return std::string();
    // Extensions may follow.
    proven_ = last.substr(0, last.find(',')) == "v=" + net::base64(verifier_);
    if (!proven_) return wrong("the server's signature is not that of who knows the password");
    return std::string();
  }

  digest_kind kind_;
  std::string password_, nonce_, bare_, verifier_;
  std::optional<std::string> other_nonce_;
  std::string nonce_end_;                  ///< what becomes of the server's part of the nonce
  std::string final_more_, behind_proof_;  ///< in the final message, a comma before each
  bool altered_;                           ///< one bit of the proof
  std::string header_;                     ///< RFC 5801's GS2 header
  std::string bound_;                      ///< the channel's data
  std::string_view why_ = "the exchange was over";
  int stage_ = 0;
  bool proven_ = false;
};

template <digest_kind kind, bool plus>
std::unique_ptr<sasl_exchange> begin(sasl_start const& s) {
  return std::make_unique<scram>(s, kind, plus);
}

constexpr std::string_view oddities =
    "authzid flag binding channel nonce final-nonce nonce-end final-more behind-proof proof name extension more";

mechanism const entries[] = {
    {.name = "SCRAM-SHA-1", .strength = 3, .odd = oddities, .begin = begin<digest_kind::sha1, false>},
    {.name = "SCRAM-SHA-1-PLUS",
     .strength = 4,
     .needs_binding = true,
     .odd = oddities,
     .begin = begin<digest_kind::sha1, true>},
    {.name = "SCRAM-SHA-256", .strength = 5, .odd = oddities, .begin = begin<digest_kind::sha256, false>},
    {.name = "SCRAM-SHA-256-PLUS",
     .strength = 6,
     .needs_binding = true,
     .odd = oddities,
     .begin = begin<digest_kind::sha256, true>},
};
base::registrar const _{entries};

}  // namespace
}  // namespace mailrig::session::scram
