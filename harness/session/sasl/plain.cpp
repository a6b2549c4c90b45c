// plain: RFC 4616.
#include "session/sasl/said_once.hpp"

namespace mailrig::session::plain {
namespace {

mechanism const plain{.name = "PLAIN",
                      .strength = 1,
                      .odd = "authzid",
                      .begin = [](sasl_start const& s) -> std::unique_ptr<sasl_exchange> {
                        return std::make_unique<said_once>(s.said_otherwise("authzid").value_or("") + '\0' +
                                                           s.who.user + '\0' + s.who.password);
                      }};
base::registrar const _{plain};

}  // namespace
}  // namespace mailrig::session::plain
