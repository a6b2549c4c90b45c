// replace: REPLACE is one step (RFC 8508 §3.4): with OK what it names is gone, refused it takes nothing away, and
// nobody is shown the \Deleted in between; APPENDUID tells what came (§4.3).
#include <fmt/format.h>

#include "base/text.hpp"
#include "check/told_together.hpp"
#include "model/fetch_request.hpp"
#include "model/mail_truth.hpp"

namespace mailrig::check::replace {
namespace {

using model::never;
using wire::imap::response_kind;
using wire::imap::status;

class replace final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::command && i.command->is("REPLACE")) return asked(i);
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    auto& mine = mine_[i.session];
    if (r.code == "APPENDUID" && i.imap->runs("REPLACE")) mine.named = true;
    if (r.is("EXPUNGE") && mine.serial != 0 && r.number >= 1 && r.number <= i.imap->view.size())
      gone(mine, i.imap->view.at(r.number).serial);
    if (r.is("VANISHED") && mine.serial != 0 && !r.args().is_list())
      if (auto const set = wire::imap::sequence_set::parse(r.args().raw()))
        for (auto const& s : i.imap->view.named_by(*set)) gone(mine, s.serial);
    if (r.is("FETCH")) shown(i, out);
    if (r.kind == response_kind::tagged && i.command && i.command->is("REPLACE")) answered(i, mine, out);
  }

 private:
  struct replacing {
    std::uint32_t command = 0;  ///< its serial
    std::uint32_t serial = 0;   ///< of the message that it names; 0: not known
    std::uint32_t uid = 0;
    bool gone = false, named = false;
    model::mailbox_life const* box = nullptr;
  };

  /// Of a command that runs alone, so that its number means what it meant.
  void asked(item const& i) {
    auto& mine = mine_[i.session] = {};
    if (i.imap->state != model::imap_state::selected || i.imap->in_progress.size() != 1) return;
    auto const slots = model::named_slots(*i.imap, i.command->sent);
    if (slots.size() != 1) return;
    mine.command = i.command->serial;
    mine.serial = slots.front().serial;
    mine.uid = slots.front().uid;
  }

  static void gone(replacing& mine, std::uint32_t serial) { mine.gone = mine.gone || serial == mine.serial; }

  void answered(item const& i, replacing& mine, report& out) {
    auto const done = std::exchange(mine, {});
    if (done.command != i.command->serial || i.imap->state != model::imap_state::selected) return;
    auto const* opened = out.together().open_mailbox_of(i.session);
    auto const* m = opened && done.uid != 0 ? opened->box->find(done.uid) : nullptr;
    bool const others = m && opened->box->another_removes(*m, i.session, out.together().now() + 1);
    bool const ok = i.response->condition == status::ok;
    if (ok && !done.gone && i.imap->view.number_of(done.serial))
      out.add(i, {"stays",
                  "no EXPUNGE has told that the message is gone that was replaced",
                  {"* n EXPUNGE"},
                  0,
                  {},
                  i.command->sent.uid ? "RFC8508-3.2-02" : ""});
    if (!ok && done.gone && m && !others && m->gone_by == i.session)
      out.add(
          i, {"taken", fmt::format("REPLACE is refused, and UID {} was told to be gone", done.uid), {"no EXPUNGE"}, 0});
    bool const named = done.named || i.response->code == "APPENDUID";
    bool const others_box = out.together().is_shared(i.imap->account, i.command->sent.arg(1));
    if (ok && !named && !others_box && i.command->sent.uid && i.imap->capabilities_known && i.imap->can("UIDPLUS"))
      out.add(i, {"untold", "no APPENDUID came", {"* OK [APPENDUID ...]"}, 0});
  }

  /// \Deleted of what is being replaced, which nobody has set.
  void shown(item const& i, report& out) {
    auto const flags = model::told_flags(*i.response);
    auto const* opened = out.together().open_mailbox_of(i.session);
    if (!flags || !flags->contains("\\deleted") || !opened || i.imap->selecting()) return;
    auto const uid = model::told_uid(*i.imap, *i.response);
    auto const* m = opened->box->find(uid);
    auto const why = !m ? nullptr : m->doom ? m->doom : opened->box->cause(*m, out.together().now() + 1);
    if (!why || why->words.find("REPLACE ") > std::string_view("UID ").size()) return;
    if (m->has("\\deleted", opened->since, out.together().now() + 1, i.session) != std::optional(false)) return;
    remark r{"intermediate",
             fmt::format("UID {} is shown with \\Deleted while it is replaced", uid),
             {"EXPUNGE alone"},
             2,
             {}};
    tell(r.story, why);
    out.add(i, std::move(r));
  }

  per_session<replacing> mine_{this};
};

checker_kind const kind{
    "replace",
    "REPLACE brings and takes in one step, or does neither.",
    {{"stays", "RFC8508-3.2-01", "REPLACE with OK tells that the old message is gone.", "RFC8508-3.2-02"},
     {"taken", "RFC8508-3.4-02", "A REPLACE that is refused takes nothing away."},
     {"intermediate", "RFC8508-3.4-01", "Nobody is shown \\Deleted of what is replaced."},
     {"untold", "RFC8508-4.3-01", "UID REPLACE is answered with APPENDUID."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<replace>(); },
    true,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::numbers | told::messages | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::replace
