// newborn: what APPEND, COPY and MOVE made has the flags that it was given, or its source had, when it is first shown
// (RFC 3501 §6.3.11, §6.4.7; RFC 6851 §3.3).
#include <fmt/format.h>

#include "check/told_together.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::check::newborn {
namespace {

class newborn final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::response || i.response->violation || i.response->name != "FETCH") return;
    auto const* opened = out.together().open_mailbox_of(i.session);
    if (!opened || i.imap->state != model::imap_state::selected || i.imap->selecting()) return;
    auto const uid = model::told_uid(*i.imap, *i.response);
    auto const flags = model::told_flags(*i.response);
    auto const* m = opened->box->find(uid);
    if (!flags || !m || !m->born) return;
    // Of what may be gone already a server may show anything (RFC 2180 §4.1).
    if (out.together().may_be_gone(i.session, uid)) return;
    if (!done_.insert({opened->box, uid}).second) return;
    if (m->birth_flags)
      for (auto const& flag : *m->birth_flags) judge(i, *opened, *m, flag, true, *flags, out);
    for (auto const& [flag, is_set] : m->inherited) judge(i, *opened, *m, flag, is_set, *flags, out);
  }

 private:
  static void judge(item const& i, model::ledger::open_mailbox const& opened, model::message_life const& m,
                    std::string const& flag, bool is_set, std::set<std::string> const& shown, report& out) {
    if (shown.contains(flag) == is_set || !stays(opened, flag) || m.touched(flag)) return;
    auto const verb = m.birth_flags ? "appended" : m.born->words.find("MOVE") != std::string::npos ? "moved" : "copied";
    remark r{verb,
             fmt::format("UID {} was {} {} {}, and is shown {} it", m.uid, verb, is_set ? "with" : "without", flag,
                         is_set ? "without" : "with"),
             {fmt::format("{} {}", is_set ? "with" : "without", flag)},
             2,
             {}};
    tell(r.story, m.born);
    r.story.push_back({i.at, i.session, fmt::format("is shown UID {} of {}", m.uid, opened.box->name)});
    out.add(i, std::move(r));
  }

  /// A keyword may be refused where it comes to, and what PERMANENTFLAGS leaves out is not kept (RFC 3501 §7.1).
  static bool stays(model::ledger::open_mailbox const& opened, std::string const& flag) {
    return opened.permanent && opened.permanent->contains(flag);
  }

  std::set<std::pair<model::mailbox_life const*, std::uint32_t>> done_;
};

checker_kind const kind{"newborn",
                        "What APPEND, COPY and MOVE made has its flags.",
                        {{"appended", "RFC3501-6.3.11-01", "The flags that APPEND names are set."},
                         {"copied", "RFC3501-6.4.7-01", "A copy has the flags of its source."},
                         {"moved", "RFC6851-3.3-08", "What is moved keeps its flags.", "RFC6851-3.3-04"}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<newborn>(); },
                        true,
                        kinds::untagged,
                        told::numbers | told::messages | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::newborn
