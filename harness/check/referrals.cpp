// referrals: REFERRAL has URLs of IMAP, in the answers that may have it: of a server to who logs in (RFC 2221 §3), of
// mailboxes to whoever names one (RFC 2193 §3, §4.3).
#include <fmt/format.h>

#include "base/text.hpp"
#include "check/checker.hpp"

namespace mailrig::check::referrals {
namespace {

using wire::imap::response_kind;
using wire::imap::status;

class referrals final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::response || i.response->violation || i.response->code != "REFERRAL") return;
    auto const& r = *i.response;
    constexpr std::string_view scheme = "imap://";
    std::size_t urls = 0;
    for (auto v = r.code_args(); v; v = v.next(), ++urls)
      if (!base::istarts_with(v.raw(), scheme))
        return out.add(i, {"form", fmt::format("{} is no URL of IMAP", v.raw()), {"imap://..."}, v.offset()});
    bool const logs_in = i.command && (i.command->is("LOGIN") || i.command->is("AUTHENTICATE"));
    bool const greets = r.kind == response_kind::untagged && r.condition == status::bye;
    if (logs_in || greets) return of_server(i, out);
    if (r.kind == response_kind::tagged && r.condition != status::no)
      out.add(i, {"status", "a referral to a mailbox, and the command is not refused", {"NO [REFERRAL ...]"}, 0});
    if (i.command && i.command->is("RENAME") && urls % 2 != 0)
      out.add(i, {"pairs",
                  fmt::format("{} URLs of what is renamed", urls),
                  {"pairs: of the mailbox there is, and of its new name"},
                  r.code_args().offset()});
  }

 private:
  static void of_server(item const& i, report& out) {
    auto const url = i.response->code_args();
    auto const slash = url.raw().find('/', std::string_view("imap://").size());
    if (slash != std::string_view::npos && slash + 1 != url.raw().size())
      out.add(i, {"server", fmt::format("{} is more than a server", url.raw()), {"the URL of a server"}, url.offset()});
  }
};

checker_kind const kind{"referrals",
                        "Referrals are URLs of IMAP where they may stand.",
                        {{"form", "RFC2193-3-01", "A referral has URLs of IMAP."},
                         {"status", "RFC2193-3-02", "A referral to a mailbox comes in a tagged NO."},
                         {"pairs", "RFC2193-4.3-01", "A referral of RENAME has pairs of URLs."},
                         {"server", "RFC2221-3-01", "A referral of a login has the URL of a server."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<referrals>(); },
                        false,
                        kinds::untagged | kinds::tagged,
                        told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::referrals
