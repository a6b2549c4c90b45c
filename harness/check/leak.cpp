// leak: mail that mailrig wrote for one account is never shown to another: its X-Mailrig-Owner field says whose it is.
#include <fmt/format.h>

#include "base/text.hpp"
#include "check/checker.hpp"

namespace mailrig::check::leak {
namespace {

class leak final : public checker {
 public:
  void see(item const& i, report& out) override {
    bool const fetch = i.kind == item_kind::response && i.response->name == "FETCH";
    if (!fetch && !(i.kind == item_kind::reply && i.reply->multi)) return;
    constexpr std::string_view field = "X-Mailrig-Owner: ";
    auto const at = i.octets.find(field);
    if (at == i.octets.npos) return;
    auto const from = at + field.size();
    auto const owner = i.octets.substr(from, std::min(i.octets.find_first_of("\r\n", from), i.octets.size()) - from);
    auto const& account = i.imap ? i.imap->account : i.pop3->account;
    if (owner != account && !owner.empty() && owner.find('$') == owner.npos)
      out.add(i, {"other",
                  fmt::format("mail of {} is shown to {}", base::printable(owner), account),
                  {"mail of its own"},
                  from,
                  {}});
  }
};

checker_kind const kind{"leak",
                        "Nobody is shown another account's mail.",
                        {{"other", "RFC3501-6.3.1-01", "An account sees its own mail."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<leak>(); },
                        false,
                        kinds::untagged | kinds::pop3,
                        told::nothing};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::leak
