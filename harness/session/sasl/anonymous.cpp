// anonymous: RFC 4505: a text for the server's log, which says that it was a rig and not who runs it.
#include "session/sasl/said_once.hpp"

namespace mailrig::session::anonymous {
namespace {

mechanism const anonymous{
    .name = "ANONYMOUS", .odd = "trace", .begin = [](sasl_start const& s) -> std::unique_ptr<sasl_exchange> {
      return std::make_unique<said_once>(s.said_otherwise("trace").value_or("mailrig"));
    }};
base::registrar const _{anonymous};

}  // namespace
}  // namespace mailrig::session::anonymous
