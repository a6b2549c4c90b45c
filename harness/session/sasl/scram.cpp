// scram: RFC 5802 with SHA-1, RFC 7677 with SHA-256; with -PLUS bound to TLS by tls-exporter (RFC 9266) or, where the
// TLS session has none, by the server's certificate (RFC 5929 §4).
#include <fmt/format.h>

#include "base/text.hpp"
#include "net/digest.hpp"
#include "session/sasl/mechanism.hpp"
#include "session/sasl/saslname.hpp"

namespace mailrig::session::scram {
namespace {

using net::digest_kind;

class scram final : public sasl_exchange {
 public:
  scram(sasl_start const& s, digest_kind kind, bool plus)
      : kind_(kind),
        password_(s.who.password),
        nonce_(s.nonce.empty() ? net::base64(net::random_octets(18)) : std::string(s.nonce)) {
    bare_ = fmt::format("n={},r={}", saslname(s.who.user), nonce_);
    bind(s, plus);
  }

  std::optional<std::string> respond(std::string_view challenge) override {
    switch (stage_++) {
      case 0: return header_ + bare_;
      case 1: return final_message(challenge);
      case 2:
        // A server-error (§7): answered, so that the server ends the exchange and says in its own words why.
        if (challenge.starts_with("e=")) return std::string();
        proven_ = challenge == "v=" + net::base64(verifier_);
        return proven_ ? std::optional(std::string()) : std::nullopt;
      default: return std::nullopt;
    }
  }
  bool proven() const override { return proven_; }

 private:
  /// RFC 5802 §6: "y": we could have bound it and saw no -PLUS, which a man in the middle may have taken away.
  void bind(sasl_start const& s, bool plus) {
    std::string_view used;
    if (s.binding)
      for (std::string_view type : {"tls-exporter", "tls-server-end-point"})
        if (used.empty() && !(bound_ = s.binding(type)).empty()) used = type;
    header_ = plus ? fmt::format("p={},,", used) : !used.empty() && !s.plus_offered ? "y,," : "n,,";
    if (!plus) bound_.clear();
  }

  std::optional<std::string> final_message(std::string_view first) {
    auto const f = base::split(first, ',');
    if (f.size() < 3 || !f[0].starts_with("r=" + nonce_) || !f[1].starts_with("s=") || !f[2].starts_with("i="))
      return std::nullopt;
    auto const salt = net::from_base64(f[1].substr(2));
    auto const rounds = base::number(f[2].substr(2));
    if (!salt || !rounds || *rounds == 0 || *rounds > 1'000'000) return std::nullopt;
    auto const salted = net::pbkdf2(kind_, password_, *salt, unsigned(*rounds));
    auto const without_proof = fmt::format("c={},{}", net::base64(header_ + bound_), f[0]);
    auto const signed_text = fmt::format("{},{},{}", bare_, first, without_proof);
    auto const client_key = net::hmac(kind_, salted, "Client Key");
    auto proof = net::hmac(kind_, net::digest(kind_, client_key), signed_text);
    for (std::size_t i = 0; i < proof.size(); ++i) proof[i] = char(proof[i] ^ client_key[i]);
    verifier_ = net::hmac(kind_, net::hmac(kind_, salted, "Server Key"), signed_text);
    return fmt::format("{},p={}", without_proof, net::base64(proof));
  }

  digest_kind kind_;
  std::string password_, nonce_, bare_, verifier_;
  std::string header_;  ///< RFC 5801's GS2 header
  std::string bound_;   ///< the channel's data
  int stage_ = 0;
  bool proven_ = false;
};

template <digest_kind kind, bool plus>
std::unique_ptr<sasl_exchange> begin(sasl_start const& s) {
  return std::make_unique<scram>(s, kind, plus);
}

mechanism const entries[] = {
    {.name = "SCRAM-SHA-1", .strength = 3, .begin = begin<digest_kind::sha1, false>},
    {.name = "SCRAM-SHA-1-PLUS", .strength = 4, .needs_binding = true, .begin = begin<digest_kind::sha1, true>},
    {.name = "SCRAM-SHA-256", .strength = 5, .begin = begin<digest_kind::sha256, false>},
    {.name = "SCRAM-SHA-256-PLUS", .strength = 6, .needs_binding = true, .begin = begin<digest_kind::sha256, true>},
};
base::registrar const _{entries};

}  // namespace
}  // namespace mailrig::session::scram
