// sasl_client: see sasl_client.hpp.
#include "session/sasl_client.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/text.hpp"
#include "net/digest.hpp"

namespace mailrig::session {
namespace {

class plain final : public sasl_client {
 public:
  explicit plain(credentials const& c) : text_('\0' + c.user + '\0' + c.password) {}
  std::optional<std::string> respond(std::string_view) override { return text_; }

 private:
  std::string text_;
};

class xoauth2 final : public sasl_client {
 public:
  explicit xoauth2(credentials const& c)
      : text_(fmt::format("user={}\x01{}\x01\x01", c.user, "auth=Bearer " + c.password)) {}
  std::optional<std::string> respond(std::string_view) override {
    return std::exchange(text_, {});  // the second challenge is an error text, answered by nothing
  }

 private:
  std::string text_;
};

class scram final : public sasl_client {
 public:
  scram(credentials const& c, std::string_view nonce)
      : password_(c.password), nonce_(nonce.empty() ? net::base64(net::random_octets(18)) : std::string(nonce)) {
    std::string name;
    for (char ch : c.user) name += ch == ',' ? "=2C" : ch == '=' ? "=3D" : std::string(1, ch);
    bare_ = fmt::format("n={},r={}", name, nonce_);
  }

  std::optional<std::string> respond(std::string_view challenge) override {
    switch (stage_++) {
      case 0: return "n,," + bare_;
      case 1: return final_message(challenge);
      case 2:
        proven_ = challenge == "v=" + net::base64(verifier_);
        return proven_ ? std::optional(std::string()) : std::nullopt;
      default: return std::nullopt;
    }
  }
  bool proven() const override { return proven_ || stage_ < 3; }

 private:
  std::optional<std::string> final_message(std::string_view first) {
    auto const f = base::split(first, ',');
    if (f.size() < 3 || !f[0].starts_with("r=" + nonce_) || !f[1].starts_with("s=") || !f[2].starts_with("i="))
      return std::nullopt;
    auto const salt = net::from_base64(f[1].substr(2));
    auto const rounds = base::number(f[2].substr(2));
    if (!salt || !rounds || *rounds == 0 || *rounds > 1'000'000) return std::nullopt;
    auto const salted = net::pbkdf2_sha256(password_, *salt, unsigned(*rounds));
    auto const without_proof = fmt::format("c=biws,{}", f[0]);
    auto const signed_text = fmt::format("{},{},{}", bare_, first, without_proof);
    auto const client_key = net::hmac_sha256(salted, "Client Key");
    auto proof = net::hmac_sha256(net::sha256(client_key), signed_text);
    for (std::size_t i = 0; i < proof.size(); ++i) proof[i] = char(proof[i] ^ client_key[i]);
    verifier_ = net::hmac_sha256(net::hmac_sha256(salted, "Server Key"), signed_text);
    return fmt::format("{},p={}", without_proof, net::base64(proof));
  }

  std::string password_, nonce_, bare_, verifier_;
  int stage_ = 0;
  bool proven_ = false;
};

}  // namespace

std::unique_ptr<sasl_client> sasl_client::begin(credentials const& c, std::string_view nonce) {
  if (base::iequals(c.mechanism, "PLAIN")) return std::make_unique<plain>(c);
  if (base::iequals(c.mechanism, "SCRAM-SHA-256")) return std::make_unique<scram>(c, nonce);
  if (base::iequals(c.mechanism, "XOAUTH2")) return std::make_unique<xoauth2>(c);
  return nullptr;
}

}  // namespace mailrig::session
