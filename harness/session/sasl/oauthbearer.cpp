// oauthbearer: RFC 7628 §3.1; an error text is answered by one octet, %x01 (§3.2.3).
#include "session/sasl/said_once.hpp"
#include "session/sasl/saslname.hpp"

namespace mailrig::session::oauthbearer {
namespace {

mechanism const oauthbearer{
    .name = "OAUTHBEARER",
    .takes_token = true,
    .odd = "authzid scheme more",
    .begin = [](sasl_start const& s) -> std::unique_ptr<sasl_exchange> {
      auto const more = s.said_otherwise("more");  // a pair
      return std::make_unique<said_once>(
          "n,a=" + saslname(s.said_otherwise("authzid").value_or(s.who.user)) + ",\x01" + (more ? *more + "\x01" : "") +
              "auth=" + s.said_otherwise("scheme").value_or("Bearer") + " " + s.who.secret() + "\x01\x01",
          "\x01");
    }};
base::registrar const _{oauthbearer};

}  // namespace
}  // namespace mailrig::session::oauthbearer
