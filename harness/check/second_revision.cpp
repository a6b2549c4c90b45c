// second_revision: what IMAP4rev2 asks of responses that RFC 3501 leaves open, once a session speaks it: what is told
// of a message unasked has its UID (RFC 9051 §7.5.2, §6.3.13), and no attribute stands twice in a LIST (§9).
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/fetch_request.hpp"
#include "wire/imap/grammar.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::check::second_revision {
namespace {

class second_revision final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    auto& s = sessions_[i.session];
    if (i.kind == item_kind::command && i.command->is("MOVE")) s.gone.clear(), s.told = false;
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    if (r.is("ENABLED"))
      for (auto v = r.args(); v; v = v.next()) s.enabled = s.enabled || v.names("IMAP4rev2");
    // RFC 8437 §4: whoever comes next has enabled nothing.
    if (i.command && i.command->is("UNAUTHENTICATE") && r.condition == wire::imap::status::ok) s = {};
    // Who announces it alone speaks nothing else.
    bool const alone = i.imap->can("IMAP4REV2") && !i.imap->can("IMAP4REV1");
    if (!s.enabled && !alone) return;
    if (r.is("FETCH")) fetched(i, out);
    if (r.is("LIST")) listed(i, out);
    if (i.imap->runs("MOVE") || (i.command && i.command->is("MOVE"))) moved(i, s, out);
  }

 private:
  struct session {
    bool enabled = false;
    bool told = false;                ///< COPYUID, of the MOVE that runs, by an untagged OK
    std::vector<std::uint32_t> gone;  ///< UIDs that EXPUNGE has told of since that began
  };

  /// While one of these runs, what comes may be its own: of a command that is not known, too.
  static bool may_answer(model::imap_command const& c) {
    return !c.whole || c.is("FETCH") || c.is("STORE") || c.is("SELECT") || c.is("EXAMINE") ||
           !wire::imap::find_command(c.sent.name, c.sent.uid);
  }

  static void fetched(item const& i, report& out) {
    if (i.imap->notified || std::ranges::any_of(i.imap->in_progress, may_answer)) return;
    bool uid = false;
    model::for_each_item(*i.response, [&](auto name, auto) { uid = uid || name.names("UID"); });
    if (!uid)
      out.add(i, {i.imap->runs("IDLE") ? "idle" : "uid",
                  fmt::format("news of message {} without UID", i.response->number),
                  {"UID n"},
                  2});
  }

  /// Other messages may be told to be gone before (§6.4.8).
  static void moved(item const& i, session& s, report& out) {
    auto const& r = *i.response;
    auto const& view = i.imap->view;
    if (r.is("EXPUNGE") && r.number >= 1 && r.number <= view.size() && view.at(r.number).uid != 0)
      s.gone.push_back(view.at(r.number).uid);
    if (r.code != "COPYUID") return;
    auto const source = r.code_args().next();
    auto const set = wire::imap::sequence_set::parse(source.raw());
    bool const late = set && std::ranges::any_of(s.gone, [&](auto uid) { return set->contains(uid, 0); });
    bool const tagged = r.kind == wire::imap::response_kind::tagged;
    if (late || (tagged && !s.told))
      out.add(i, {"copyuid", {}, {"* OK [COPYUID ...] before EXPUNGE"}, source.offset()});
    s.told = s.told || !tagged;
  }

  static void listed(item const& i, report& out) {
    std::set<std::string> seen;
    for (auto v = i.response->args().first(); v; v = v.next())
      if (!seen.insert(base::to_upper(v.raw())).second)
        return out.add(i, {"attribute", fmt::format("{} stands twice", v.raw()), {"each attribute once"}, v.offset()});
  }

  per_session<session> sessions_{this};
};

checker_kind const kind{
    "second_revision",
    "What IMAP4rev2 asks of responses is kept once it is spoken.",
    {{"uid", "RFC9051-7.5.2-05", "What is told of a message unasked has its UID.", "RFC9051-7-01 RFC9051-6.4.6-01"},
     {"idle", "RFC9051-6.3.13-01", "What IDLE tells of a message has its UID."},
     {"copyuid", "RFC9051-6.4.8-01", "COPYUID of MOVE comes in an untagged OK, before the EXPUNGE of what it names."},
     {"attribute", "RFC9051-9-08", "A LIST response has each attribute once."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<second_revision>(); },
    false,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::numbers | told::capabilities | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::second_revision
