// client_literals: literals that wait for nobody, as far as they are announced (RFC 7888).
#include <fmt/format.h>

#include <algorithm>

#include "check/client/client_checker.hpp"
#include "wire/imap/client_literals.hpp"

namespace mailrig::check::client_literals {
namespace {

constexpr std::uint64_t most_with_minus = 4096;

class client_literals final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap || !i.imap->capabilities_known) return;
    auto const& s = *i.imap;
    if (s.can("LITERAL+")) return;
    // RFC 9051 §4.3: IMAP4rev2 has what LITERAL- announces.
    bool const minus = s.can("LITERAL-") || s.can("IMAP4REV2");
    for (auto const& l : wire::imap::client_literals(i.command->sent.octets)) {
      if (l.synchronising || (minus && l.size <= most_with_minus)) continue;
      auto const text =
          fmt::format("{} has a literal of {} octets that waits for no \"+\"", i.command->sent.name, l.size);
      if (minus)
        return out.add(i, {"too-large",
                           text + ", and the server announces LITERAL- only",
                           {"a synchronising literal where there are more than 4096 octets"},
                           l.offset});
      return out.add(i, {"unannounced",
                         text + ", and the server announces neither LITERAL+ nor LITERAL-",
                         {"a synchronising literal, {n}"},
                         l.offset});
    }
  }
};

client_checker_kind const kind{
    {"client-literals",
     "The client sends literals without waiting where and as large as the server announces.",
     {{"unannounced", "RFC7888-3-08", "Non-synchronising literals are sent to servers that announce them."},
      {"too-large", "RFC7888-5-06", "With LITERAL- they have no more than 4096 octets.",
       "RFC7888-5-01 RFC9051-4.3-04"}},
     +[]() -> std::unique_ptr<checker> { return std::make_unique<client_literals>(); },
     false,
     kinds::commands,
     told::capabilities | told::completions}};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::client_literals
