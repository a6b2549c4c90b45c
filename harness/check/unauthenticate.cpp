// unauthenticate: UNAUTHENTICATE is answered OK by whoever announces it, and BAD before a login (RFC 8437 §3).
#include <fmt/format.h>

#include <algorithm>

#include "check/checker.hpp"

namespace mailrig::check::unauthenticate {
namespace {

using wire::imap::response_kind;
using wire::imap::status;

bool is_bare(wire::imap::command const& c) {
  return c.arguments.empty() && c.octets.size() == c.tag.size() + 1 + 14 + 2;
}

class unauthenticate final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::response || !i.command || !i.command->is("UNAUTHENTICATE") || i.response->violation)
      return;
    auto const& r = *i.response;
    auto const before = i.imap->state;
    bool const inside = before == model::imap_state::authenticated || before == model::imap_state::selected;
    bool const alone = i.imap->in_progress.size() == 1;
    bool const announced = i.imap->capabilities_known && i.imap->can("UNAUTHENTICATE");
    if (r.kind != response_kind::tagged || !is_bare(i.command->sent) || !alone) return;
    if (inside && announced && r.condition == status::no)
      out.add(i, {"refused", "NO is no answer to UNAUTHENTICATE", {"OK"}, 0});
    if (inside && announced && r.condition == status::bad)
      out.add(i, {"refused", "it is announced, and refused", {"OK"}, 0});
    if (before == model::imap_state::not_authenticated && r.condition == status::ok)
      out.add(i, {"nobody", "nobody is logged in", {"BAD"}, 0});
  }
};

checker_kind const kind{"unauthenticate",
                        "UNAUTHENTICATE ends what a login began.",
                        {{"refused", "RFC8437-3-03", "UNAUTHENTICATE is answered OK.", "RFC8437-3-01"},
                         {"nobody", "RFC8437-3-04", "Before a login it is refused."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<unauthenticate>(); },
                        false,
                        kinds::tagged,
                        told::completions | told::capabilities};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::unauthenticate
