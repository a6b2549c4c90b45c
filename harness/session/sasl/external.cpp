// external: who the client's certificate says it is (RFC 4422 appendix A); the account is whom it wants to act as.
#include "session/sasl/said_once.hpp"

namespace mailrig::session::external {
namespace {

mechanism const external{
    .name = "EXTERNAL", .odd = "authzid", .begin = [](sasl_start const& s) -> std::unique_ptr<sasl_exchange> {
      return std::make_unique<said_once>(s.said_otherwise("authzid").value_or(s.who.user));
    }};
base::registrar const _{external};

}  // namespace
}  // namespace mailrig::session::external
