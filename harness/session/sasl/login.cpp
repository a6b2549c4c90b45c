// login: the user's name, then the password, each to a challenge whose text is anything: never standardised, and what
// many servers have had before PLAIN.
#include "session/sasl/mechanism.hpp"

namespace mailrig::session::login_mechanism {
namespace {

class two_answers final : public sasl_exchange {
 public:
  explicit two_answers(credentials const& c) : who_(c) {}
  std::optional<std::string> respond(std::string_view) override {
    switch (said_++) {
      case 0: return who_.user;
      case 1: return who_.password;
      default: return std::nullopt;
    }
  }

 private:
  credentials who_;
  int said_ = 0;
};

mechanism const entry{
    .name = "LOGIN", .client_first = false, .begin = [](sasl_start const& s) -> std::unique_ptr<sasl_exchange> {
      return std::make_unique<two_answers>(s.who);
    }};
base::registrar const _{entry};

}  // namespace
}  // namespace mailrig::session::login_mechanism
