// cram_md5: RFC 2195: the digest of what the server said, keyed with the password.
#include "net/digest.hpp"
#include "session/sasl/mechanism.hpp"

namespace mailrig::session::cram_md5 {
namespace {

class cram_md5 final : public sasl_exchange {
 public:
  explicit cram_md5(credentials const& c) : who_(c) {}
  std::optional<std::string> respond(std::string_view challenge) override {
    return who_.user + " " + net::hex(net::hmac(net::digest_kind::md5, who_.password, challenge));
  }

 private:
  credentials who_;
};

mechanism const entry{
    .name = "CRAM-MD5",
    .client_first = false,
    .strength = 2,
    .begin = [](sasl_start const& s) -> std::unique_ptr<sasl_exchange> { return std::make_unique<cram_md5>(s.who); }};
base::registrar const _{entry};

}  // namespace
}  // namespace mailrig::session::cram_md5
