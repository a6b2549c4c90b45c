// oauthbearer: RFC 7628 §3.1; an error text is answered by one octet, %x01 (§3.2.3).
#include "session/sasl/said_once.hpp"
#include "session/sasl/saslname.hpp"

namespace mailrig::session::oauthbearer {
namespace {

mechanism const oauthbearer{
    .name = "OAUTHBEARER", .takes_token = true, .begin = [](sasl_start const& s) -> std::unique_ptr<sasl_exchange> {
      return std::make_unique<said_once>("n,a=" + saslname(s.who.user) +
                                             ",\x01"
                                             "auth=Bearer " +
                                             s.who.secret() + "\x01\x01",
                                         "\x01");
    }};
base::registrar const _{oauthbearer};

}  // namespace
}  // namespace mailrig::session::oauthbearer
