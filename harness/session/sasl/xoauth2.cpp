// xoauth2: Google's forerunner of OAUTHBEARER; an error text is answered by nothing.
#include "session/sasl/said_once.hpp"

namespace mailrig::session::xoauth2 {
namespace {

mechanism const xoauth2{
    .name = "XOAUTH2", .takes_token = true, .begin = [](sasl_start const& s) -> std::unique_ptr<sasl_exchange> {
      return std::make_unique<said_once>("user=" + s.who.user +
                                             "\x01"
                                             "auth=Bearer " +
                                             s.who.secret() + "\x01\x01",
                                         "");
    }};
base::registrar const _{xoauth2};

}  // namespace
}  // namespace mailrig::session::xoauth2
