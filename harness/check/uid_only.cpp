// uid_only: once UIDONLY is enabled messages are told of by UID alone, and whoever says a number is refused; and not
// before (RFC 9586 §3).
#include <fmt/format.h>

#include "base/text.hpp"
#include "check/checker.hpp"

namespace mailrig::check::uid_only {
namespace {

using wire::imap::response_kind;
using wire::imap::status;

bool takes_numbers(wire::imap::command const& c) {
  for (std::string_view name : {"FETCH", "STORE", "SEARCH", "COPY", "MOVE", "SORT", "THREAD"})
    if (c.name == name) return !c.uid;
  return false;
}

class uid_only final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    bool const enabling = i.imap->runs("ENABLE");
    if (r.is("UIDFETCH") && !i.imap->uid_only && !enabling)
      out.add(i, {"unasked", "UIDFETCH, and UIDONLY is not enabled", {"FETCH"}, 2});
    if (r.is("UIDFETCH")) same_uid(i, out);
    if (!i.imap->uid_only) return;
    if (r.is("FETCH")) out.add(i, {"fetch", "FETCH with a message number", {"UIDFETCH"}, 2});
    if (r.is("EXPUNGE")) out.add(i, {"expunge", "EXPUNGE with a message number", {"VANISHED"}, 2});
    if (r.kind != response_kind::tagged || !i.command || !takes_numbers(i.command->sent)) return;
    if (r.condition != status::bad)
      out.add(i, {"number", fmt::format("{} goes by message numbers", i.command->sent.name), {"BAD"}, 0});
    else if (r.code != "UIDREQUIRED")
      out.add(i, {"code", "BAD says nothing of UIDs", {"BAD [UIDREQUIRED]"}, 0});
  }

 private:
  /// The item UID, where it is among those that are told.
  static void same_uid(item const& i, report& out) {
    auto const& r = *i.response;
    if (!r.args().is_list()) return;
    for (auto name = r.args().first(); name; name = name.next().next()) {
      auto const uid = name.names("UID") ? name.next().number() : std::nullopt;
      if (uid && *uid != r.number)
        out.add(i, {"two-uids",
                    fmt::format("UIDFETCH of {} tells UID {}", r.number, *uid),
                    {std::to_string(r.number)},
                    name.offset()});
    }
  }
};

checker_kind const kind{"uid_only",
                        "Once UIDONLY is enabled messages have no numbers.",
                        {{"unasked", "RFC9586-3-01", "UIDFETCH comes only once UIDONLY is enabled."},
                         {"number", "RFC9586-3-02", "A command that goes by message numbers is BAD."},
                         {"code", "RFC9586-3-03", "Such a BAD has the code UIDREQUIRED."},
                         {"fetch", "RFC9586-3-04", "UIDFETCH comes in the place of FETCH."},
                         {"expunge", "RFC9586-3-05", "VANISHED comes in the place of EXPUNGE."},
                         {"two-uids", "RFC9586-3-06", "UIDFETCH tells of the message whose UID it has."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<uid_only>(); },
                        false,
                        kinds::untagged | kinds::tagged,
                        told::completions | told::capabilities};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::uid_only
