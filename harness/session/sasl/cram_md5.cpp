// cram_md5: RFC 2195: the digest of what the server said, keyed with the password.
#include "net/digest.hpp"
#include "session/proof.hpp"
#include "session/sasl/mechanism.hpp"

namespace mailrig::session::cram_md5 {
namespace {

class cram_md5 final : public sasl_exchange {
 public:
  explicit cram_md5(sasl_start const& s) : who_(s.who), altered_(s.said_otherwise("digest").has_value()) {}
  std::optional<std::string> respond(std::string_view challenge) override {
    auto digest = net::hex(net::hmac(net::digest_kind::md5, who_.password, challenge));
    if (altered_) digest.back() = digest.back() == '0' ? '1' : '0';
    keep_proof(digest);
    return who_.user + " " + digest;
  }

 private:
  credentials who_;
  bool altered_;
};

mechanism const entry{
    .name = "CRAM-MD5",
    .client_first = false,
    .strength = 2,
    .odd = "digest",
    .begin = [](sasl_start const& s) -> std::unique_ptr<sasl_exchange> { return std::make_unique<cram_md5>(s); }};
base::registrar const _{entry};

}  // namespace
}  // namespace mailrig::session::cram_md5
