// plain: RFC 4616.
#include "session/sasl/said_once.hpp"

namespace mailrig::session::plain {
namespace {

mechanism const plain{
    .name = "PLAIN", .strength = 1, .begin = [](sasl_start const& s) -> std::unique_ptr<sasl_exchange> {
      return std::make_unique<said_once>('\0' + s.who.user + '\0' + s.who.password);
    }};
base::registrar const _{plain};

}  // namespace
}  // namespace mailrig::session::plain
