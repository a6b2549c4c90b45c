// codes: response codes stand where their definitions put them (RFC 3501 §7.1, RFC 4315 §3, RFC 5530 §3).
#include <fmt/format.h>

#include <algorithm>

#include "check/checker.hpp"

namespace mailrig::check::codes {
namespace {

using wire::imap::response_kind;
using wire::imap::status;

constexpr std::string_view failures[] = {"TRYCREATE", "BADCHARSET",    "AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED",
                                         "EXPIRED",   "ALREADYEXISTS", "NONEXISTENT",          "PRIVACYREQUIRED"};

class codes final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::response || i.response->code.empty()) return;
    auto const& r = *i.response;
    auto const at = std::uint32_t(std::max<std::size_t>(r.octets.find('['), 0));
    auto answers = [&](std::string_view verb) { return i.command && i.command->is(verb); };
    if (r.code == "TRYCREATE" && r.kind == response_kind::tagged && !answers("APPEND") && !answers("COPY") &&
        !answers("MOVE") && !answers("REPLACE"))
      out.add(i, {"trycreate", {}, {"TRYCREATE for APPEND, COPY, MOVE or REPLACE only"}, at});
    bool const fails = std::ranges::find(failures, r.code) != std::end(failures);
    if (fails && r.condition == status::ok)
      out.add(i, {"failure", fmt::format("[{}] with OK", r.code), {fmt::format("NO [{}]", r.code)}, at});
    // RFC 8508 §4.3: REPLACE tells it before the EXPUNGE, untagged.
    bool const replaces = r.kind == response_kind::untagged && i.imap->runs("REPLACE");
    bool const appends = answers("APPEND") || answers("REPLACE") || replaces;
    if (r.code == "APPENDUID" && !(appends && r.condition == status::ok))
      out.add(i, {"uidplus", {}, {"APPENDUID in the tagged OK of APPEND"}, at});
    bool const moves = r.kind == response_kind::untagged && (i.imap->runs("MOVE") || i.imap->runs("COPY"));
    if (r.code == "COPYUID" && !((answers("COPY") || answers("MOVE") || moves) && r.condition == status::ok))
      out.add(i, {"uidplus", {}, {"COPYUID in an OK of COPY or MOVE"}, at});
    if (r.code == "SERVERBUG") out.add(i, {"serverbug", {}, {}, at});
  }
};

checker_kind const kind{
    "codes",
    "Response codes stand where their definitions put them.",
    {{"trycreate", "RFC3501-7.1-05", "TRYCREATE tells why APPEND or COPY failed, nothing else."},
     {"failure", "RFC5530-3-17", "A code that tells a failure does not come with OK.", "RFC5530-4-01"},
     {"uidplus", "RFC4315-4-01", "APPENDUID and COPYUID come with the OK of what made the messages."},
     {"serverbug", "RFC5530-3-11", "The server tells of a bug of its own."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<codes>(); },
    false,
    kinds::untagged | kinds::tagged,
    told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::codes
