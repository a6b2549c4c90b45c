// flag_truth: what one session is shown of flags must be explained by what all sessions did to them: no update is lost,
// none comes from nowhere, and whoever selects a mailbox sees all that was answered before (RFC 3501 §2.3.2, §6.4.6).
#include <fmt/format.h>

#include <map>

#include "base/text.hpp"
#include "check/told_together.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::check::flag_truth {
namespace {

using model::never;
using model::place;

class flag_truth final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.imap && i.kind == item_kind::command && i.command->is("STORE")) note_passing(i, out);
    if (!i.imap || i.kind != item_kind::response || i.response->violation) return;
    auto const* opened = out.together().open_mailbox_of(i.session);
    auto& mine = told_[i.session];
    if (!opened) return;
    if (mine.since != opened->since)
      mine = {opened->since, {}, opened->box->changes_before + opened->box->changes.size(), {}};
    if (i.imap->state != model::imap_state::selected || i.imap->selecting()) return;
    if (i.response->name == "FETCH") shown(i, *opened, mine, out), outlasted(i, *opened, out);
    if (i.response->kind != wire::imap::response_kind::tagged || !i.command) return;
    bool const ok = i.response->condition == wire::imap::status::ok;
    if (i.command->is("STORE")) own(i, *opened, ok, mine);
    if (i.command->is("NOOP") && ok && i.imap->notify.tells_flags()) polled(i, *opened, mine, out);
  }

 private:
  struct told {
    place since = never;
    std::map<std::uint32_t, std::set<std::string>> flags;
    std::size_t caught_up = 0;         ///< of the mailbox's changes
    std::set<std::string> for_itself;  ///< flags that it stored though they do not last; "" for all
  };

  void shown(item const& i, model::ledger::open_mailbox const& opened, told& mine, report& out) {
    auto const flags = model::told_flags(*i.response);
    auto const uid = model::told_uid(*i.imap, *i.response);
    if (!flags || uid == 0) return;
    mine.flags[uid] = *flags;
    auto const m = opened.box->messages.find(uid);
    if (m == opened.box->messages.end()) return;
    for (auto const& [flag, reg] : m->second.flags())
      if (!judge(i, opened, m->second, flag, flags->contains(flag), opened.since, "impossible", out)) return;
    if (!m->second.birth_flags || m->second.gone != never || opened.box->cause(m->second, out.together().now() + 1))
      return;
    for (auto const& flag : *flags)
      if (!m->second.find(flag) && !m->second.birth_flags->contains(flag) && flag[0] == '\\')
        return out.add(
            i, {"impossible", fmt::format("UID {} has {}, which nobody ever set", uid, flag), {"no " + flag}, 0});
  }

  /// PERMANENTFLAGS: a change of other flags is for this session only (RFC 3501 §7.1), and nobody else's affair.
  static bool lasts(model::ledger::open_mailbox const& opened, std::string const& flag) {
    if (opened.read_only) return false;
    if (!opened.permanent || flag.empty()) return true;
    return opened.permanent->contains(flag) || (flag[0] != '\\' && opened.permanent->contains("\\*"));
  }

  bool judge(item const& i, model::ledger::open_mailbox const& opened, model::message_life const& m,
             std::string const& flag, bool is_set, place since, std::string_view rule, report& out) {
    auto const* reg = m.find(flag);
    auto const& all = out.together();
    // What may be gone already is a ghost here: RFC 2180 §4.1 lets a server show its last flags, or none.
    if (!reg || m.gone != never || opened.box->cause(m, all.now() + 1)) return true;
    auto const& apart = told_[i.session].for_itself;
    if (apart.contains("") || apart.contains(flag)) return true;
    auto const why = reg->can_be(is_set, since, all.now() + 1, i.session);
    if (why.possible) return true;
    remark r{rule, {}, {fmt::format("UID {} {} {}", m.uid, is_set ? "without" : "with", flag)}, 0, {}};
    tell(r.story, why.wrote);
    tell(r.story, why.undid);
    r.story.push_back(
        {i.at, i.session,
         fmt::format("is shown UID {} of {} {} {}", m.uid, opened.box->name, is_set ? "with" : "without", flag)});
    auto const other = why.undid ? fmt::format("which {} {}; nobody {} again", why.undid->words,
                                               is_set ? "took away" : "set", is_set ? "set it" : "took it away")
                                 : fmt::format("which nobody {}", is_set ? "set" : "took away");
    r.text = fmt::format("UID {} is shown {} {}, {}", m.uid, is_set ? "with" : "without", flag, other);
    out.add(i, std::move(r));
    return false;
  }

  /// A session knows its own silent changes; of one that was refused it knows nothing.
  static void own(item const& i, model::ledger::open_mailbox const& opened, bool ok, told& mine) {
    auto const& c = i.command->sent;
    auto const [item, flags, conditional] = model::ledger::read_store(c);
    if (item.starts_with("FLAGS") && !lasts(opened, "")) mine.for_itself.insert("");
    for (auto const& f : flags)
      if (!lasts(opened, f)) mine.for_itself.insert(f);
    if (!ok || conditional)
      for (auto const& s : model::named_slots(*i.imap, c)) mine.flags.erase(s.uid);
    if (!ok || conditional || item.find("SILENT") == item.npos) return;
    for (auto const& s : model::named_slots(*i.imap, c)) {
      auto const known = mine.flags.find(s.uid);
      if (known == mine.flags.end()) continue;
      if (item[0] != '+' && item[0] != '-') known->second.clear();
      for (auto const& f : flags) item[0] == '-' ? (void)known->second.erase(f) : (void)known->second.insert(f);
    }
  }

  /// A flag that PERMANENTFLAGS leaves out, stored where it was known not to be set: nobody else may come to see it.
  void note_passing(item const& i, report& out) {
    auto const* opened = out.together().open_mailbox_of(i.session);
    if (!opened || i.imap->state != model::imap_state::selected || i.imap->selecting()) return;
    auto const [item, flags, conditional] = model::ledger::read_store(i.command->sent);
    auto const named = model::named_slots(*i.imap, i.command->sent);
    auto const& known = told_[i.session].flags;
    // What is named without being known may be any of them.
    if (i.imap->in_progress.size() != 1 || std::ranges::any_of(named, [](auto const& s) { return s.uid == 0; })) {
      stored_to_stay_.unsure = stored_to_stay_.unsure || !opened->read_only;
      return passing_.clear();
    }
    for (auto const& s : named)
      for (auto const& f : flags) {
        auto const at = known.find(s.uid);
        bool const unset = at != known.end() && !at->second.contains(f);
        auto const key = flag_of_mail(opened->box, s.uid, f);
        if (lasts(*opened, f)) {
          passing_.erase(key);
          if (item[0] != '-') stored_to_stay_.add(key);
        } else if (unset && f != "\\seen" && item[0] != '-' && passing_.size() < most_passing &&
                   !stored_to_stay_.may_have(key)) {
          passing_.try_emplace(key, i.session);
        }
      }
  }

  void outlasted(item const& i, model::ledger::open_mailbox const& opened, report& out) {
    auto const flags = model::told_flags(*i.response);
    auto const uid = model::told_uid(*i.imap, *i.response);
    if (!flags || uid == 0 || passing_.empty()) return;
    for (auto const& flag : *flags) {
      auto const at = passing_.find({opened.box, uid, flag});
      if (at == passing_.end() || at->second == i.session) continue;
      out.add(i, {"outlasted",
                  fmt::format("UID {} has {}, which was stored by another session, for itself alone", uid, flag),
                  {"no " + flag},
                  0,
                  {}});
      return passing_.clear();
    }
  }

  /// After NOOP a session has been told what others had done before it asked.
  void polled(item const& i, model::ledger::open_mailbox const& opened, told& mine, report& out) {
    auto const d = out.together().operation_of(i);
    if (!d) return;
    auto const& log = opened.box->changes;
    auto const before = opened.box->changes_before;
    mine.caught_up = std::max(mine.caught_up, before);
    for (; mine.caught_up < before + log.size() && log[mine.caught_up - before].first < d->from; ++mine.caught_up) {
      auto const uid = log[mine.caught_up - before].second;
      auto const known = mine.flags.find(uid);
      auto const m = opened.box->messages.find(uid);
      if (known == mine.flags.end() || m == opened.box->messages.end()) continue;
      for (auto const& [flag, reg] : m->second.flags())
        if (!judge(i, opened, m->second, flag, known->second.contains(flag), d->from, "untold", out)) return;
    }
  }

  static constexpr std::size_t most_passing = 4096;
  using flag_of_mail = std::tuple<model::mailbox_life const*, std::uint32_t, std::string>;  ///< mailbox, UID, flag
  /// What any session stored so that it stays: whoever stored the same for itself may not have been told yet.
  struct lasting_stores {
    std::set<flag_of_mail> known;
    bool unsure = false;

    void add(flag_of_mail const& f) { known.size() < most_passing ? (void)known.insert(f) : (void)(unsure = true); }
    bool may_have(flag_of_mail const& f) const { return unsure || known.contains(f); }
  };
  per_session<told> told_{this};
  std::map<flag_of_mail, history::session_id> passing_;  ///< flags for one session alone: who stored them
  lasting_stores stored_to_stay_;
};

checker_kind const kind{
    "flag_truth",
    "Flags that a session is shown are explained by what all sessions did to them.",
    {{"impossible", "RFC3501-2.3.2-08", "A flag is as the last change that was answered has left it.",
      "RFC3501-6.4.6-01 RFC3501-6.4.6-05"},
     {"outlasted", "RFC3501-7.1-03", "A flag that PERMANENTFLAGS leaves out is nobody else's.", "RFC3501-2.3.2-09"},
     {"untold", "RFC3501-5.2-02", "After NOOP a session has been told what others did to flags before.",
      "RFC3501-6.1.2-02 RFC3501-6.4.6-04 RFC3501-7-03"}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<flag_truth>(); },
    true,
    kinds::everything,
    told::numbers | told::messages};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::flag_truth
