// copyuid: APPENDUID and COPYUID pair one source with one destination, and destinations are new (RFC 4315 §3,
// RFC 9051 §6.4.8).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "check/told_together.hpp"
#include "model/append_request.hpp"
#include "model/ext/message_limit.hpp"
#include "model/fetch_request.hpp"
#include "model/mail_truth.hpp"

namespace mailrig::check::copyuid {
namespace {

class copyuid final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::command && (i.command->is("COPY") || i.command->is("MOVE"))) note(i);
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    bool const said = said_[i.session] != 0;
    if (i.command && (i.command->is("COPY") || i.command->is("MOVE"))) leaves(i, out);
    if (auto const* by = r.code == "APPENDUID" ? model::uploader(i) : nullptr)
      given(i, model::target_of(by->sent), r.code_args().number().value_or(0), r.code_args().next().raw(),
            r.code_args().next().offset(), out);
    if (r.code == "APPENDUID") one_uid(i, out);
    if (r.code == "UIDNOTSTICKY") lasting_ = false;
    if (r.condition == wire::imap::status::ok && i.command && i.command->is("APPEND") && owes_uids(i, 0, out))
      out.add(i, {"append-untold", "APPEND succeeded, and no APPENDUID came", {"OK [APPENDUID ...]"}, 0});
    if (r.is("EXPUNGE") && i.imap->runs("MOVE")) removed(i);
    if (r.code != "COPYUID") return;
    auto const* c = i.command ? i.command : i.imap->running("MOVE");
    if (!c) c = i.imap->running("COPY");
    auto const from = r.code_args().next(), to = from.next();
    auto const sources = wire::imap::sequence_set::parse(from.raw());
    auto const targets = wire::imap::sequence_set::parse(to.raw());
    if (!sources || !targets) return;
    auto const s = sources->expand(most), t = targets->expand(most);
    if (!s || !t) return;
    auto& named = named_[i.session];
    for (auto const uid : *s) std::erase(named, uid);
    if (c && c->is("MOVE") && i.imap->rev2) before_expunge(i, *s, said, out);
    if (r.kind != wire::imap::response_kind::tagged) said_[i.session] = true;
    if (s->size() != t->size())
      return out.add(i, {"pairs",
                         fmt::format("{} sources, {} destinations", s->size(), t->size()),
                         {"as many destinations as sources"},
                         to.offset()});
    if (!ascends(to.raw())) out.add(i, {"falls", {}, {"ascending UIDs, in the order of the copies"}, to.offset()});
    if (c && (c->is("COPY") || c->is("MOVE")))
      given(i, c->sent.arg(1), r.code_args().number().value_or(0), to.raw(), to.offset(), out);
  }

 private:
  static constexpr std::size_t most = 100000;

  static void one_uid(item const& i, report& out) {
    auto const uid = i.response->code_args().next();
    auto const* by = model::uploader(i);
    auto const messages = by ? model::appended_messages(by->sent) : std::nullopt;
    if (messages && messages->size() == 1 && !base::number(uid.raw()))
      out.add(i, {"append-set", fmt::format("{} for one message", uid.raw()), {"a UID"}, uid.offset()});
  }

  /// Each range of the set, its ends in either order, is above the one before.
  static bool ascends(std::string_view set) {
    std::uint64_t last = 0;
    for (auto const range : base::split(set, ',')) {
      auto const colon = range.find(':');
      auto const one = base::number(range.substr(0, colon)).value_or(0);
      auto const other = colon == range.npos ? one : base::number(range.substr(colon + 1)).value_or(0);
      if (std::min(one, other) <= last) return false;
      last = std::max(one, other);
    }
    return true;
  }

  void removed(item const& i) {
    auto const n = i.response->number;
    auto const& view = i.imap->view;
    if (n >= 1 && n <= view.size() && view.at(n).uid != 0) gone_[i.session].insert(view.at(n).uid);
  }

  /// Of IMAP4rev2 (RFC 9051 §6.4.8): in an untagged OK; other messages may be told to be gone before it.
  void before_expunge(item const& i, std::vector<std::uint32_t> const& sources, bool said, report& out) {
    auto const& gone = gone_[i.session];
    bool const late = std::ranges::any_of(sources, [&](auto uid) { return gone.contains(uid); });
    bool const tagged = i.response->kind == wire::imap::response_kind::tagged;
    if (tagged ? !said : late) out.add(i, {"move-late", {}, {"* OK [COPYUID ...] before EXPUNGE"}, 0});
  }

  /// What a command that runs alone names, as far as the UIDs are known.
  void note(item const& i) {
    auto& named = named_[i.session];
    named.clear();
    gone_[i.session].clear();
    if (i.imap->state != model::imap_state::selected || i.imap->in_progress.size() != 1) return;
    for (auto const& m : model::named_slots(*i.imap, i.command->sent))
      if (m.uid != 0 && named.size() < most) named.push_back(m.uid);
  }

  /// At the tagged answer: which of those that are named, and are there still, were left out?
  void leaves(item const& i, report& out) {
    auto const& r = *i.response;
    auto& named = named_[i.session];
    auto const code = r.code == "COPYUID" ? wire::imap::sequence_set::parse(r.code_args().next().raw()) : std::nullopt;
    bool const told = code || (i.command->is("MOVE") && said_[i.session]);
    auto const* opened = out.together().open_mailbox_of(i.session);
    if (r.condition == wire::imap::status::ok && told && opened)
      for (auto const uid : named) {
        auto const* m = opened->box->find(uid);
        // That MOVE itself takes it away says nothing against it.
        auto const why = m ? opened->box->cause(*m, out.together().now() + 1) : nullptr;
        bool const there = m && m->gone == model::never && (!why || why->by == i.session);
        if (!there || !model::is_processed(r, uid) || (code && code->contains(uid, 0))) continue;
        out.add(i, {"left-out",
                    fmt::format("UID {} was named, is there, and COPYUID does not have it", uid),
                    {"every message of the set"},
                    0});
        break;
      }
    if (r.condition == wire::imap::status::ok && !told && opened) untold(i, *opened, named, out);
    if (i.command->is("COPY") && !said_[i.session]) copy_untold(i, opened, named, out);
    said_[i.session] = false;
  }

  /// Whether IMAP4rev2 asks for a code where none came: not of mailboxes that the user may have no right to open, nor
  /// of a store without lasting UIDs (RFC 9051 §6.3.12, §6.4.7).
  bool owes_uids(item const& i, std::size_t name, report& out) const {
    return i.imap->rev2 && lasting_ && i.response->kind == wire::imap::response_kind::tagged &&
           i.response->code.empty() && !out.together().is_shared(i.imap->account, i.command->sent.arg(name));
  }

  void copy_untold(item const& i, model::ledger::open_mailbox const* opened, std::vector<std::uint32_t> const& named,
                   report& out) const {
    if (!opened || i.response->condition != wire::imap::status::ok || !owes_uids(i, 1, out)) return;
    auto const copied = std::ranges::find_if(named, [&](std::uint32_t uid) {
      auto const* m = opened->box->find(uid);
      return m && m->gone == model::never && !opened->box->cause(*m, out.together().now() + 1);
    });
    if (copied != named.end())
      out.add(i,
              {"copy-untold", fmt::format("UID {} was copied, and no COPYUID came", *copied), {"OK [COPYUID ...]"}, 0});
  }

  /// In an untagged OK or in the tagged one; UID MOVE only, of which the RFC speaks.
  static void untold(item const& i, model::ledger::open_mailbox const& opened, std::vector<std::uint32_t> const& named,
                     report& out) {
    if (!i.command->is("MOVE") || !i.command->sent.uid || !i.imap->can("UIDPLUS")) return;
    if (out.together().is_shared(i.imap->account, i.command->sent.arg(1))) return;  // perhaps it may not be opened
    auto const moved = std::ranges::find_if(named, [&](std::uint32_t uid) {
      auto const* m = opened.box->find(uid);
      return m && m->gone != model::never && m->gone_by == i.session &&
             !opened.box->another_removes(*m, i.session, out.together().now() + 1);
    });
    if (moved != named.end())
      out.add(i, {"untold", fmt::format("UID {} was moved, and no COPYUID came", *moved), {"[COPYUID ...]"}, 0});
  }

  void given(item const& i, std::string_view mailbox, std::uint64_t validity, std::string_view set, std::size_t offset,
             report& out) {
    auto const uids = wire::imap::sequence_set::parse(set);
    auto const all = uids ? uids->expand(most) : std::nullopt;
    if (!all) return;
    auto& used = given_[fmt::format("{}\n{}\n{}", i.imap->account, model::canonical_mailbox(mailbox), validity)];
    for (auto uid : *all)
      if (!used.insert(uid).second)
        return out.add(i, {"reused",
                           fmt::format("UID {} was given to another message before", uid),
                           {"a UID that was never given"},
                           offset});
    if (used.size() > (1u << 20)) used.clear();
  }

  bool lasting_ = true;  ///< no store has said UIDNOTSTICKY
  std::map<std::string, std::set<std::uint32_t>> given_;
  per_session<std::vector<std::uint32_t>> named_{this};  ///< by COPY or MOVE under way, and by no COPYUID yet
  per_session<char> said_{this};                         ///< an untagged COPYUID came for it
  per_session<std::set<std::uint32_t>> gone_{this};      ///< what EXPUNGE has told of since it began
};

checker_kind const kind{
    "copyuid",
    "APPENDUID and COPYUID name new messages, one for each source.",
    {{"left-out", "RFC3501-6.4.7-06", "COPY and MOVE with OK take every message of the set.",
      "RFC6851-3.3-01 RFC9738-3.1-08"},
     {"untold", "RFC6851-4.3-01", "UID MOVE is answered with COPYUID where UIDPLUS is offered."},
     {"append-untold", "RFC9051-6.3.12-02", "In IMAP4rev2 APPEND is answered with APPENDUID."},
     {"copy-untold", "RFC9051-6.4.7-04", "In IMAP4rev2 COPY is answered with COPYUID."},
     {"move-late", "RFC9051-6.4.8-01", "COPYUID of MOVE comes in an untagged OK, before the EXPUNGE of what it names."},
     {"pairs", "RFC4315-3-08", "COPYUID has as many destinations as sources.", "RFC4315-3-05 RFC4315-3-07"},
     {"falls", "RFC4315-3-09", "COPYUID's destinations ascend, as UIDs are given."},
     {"append-set", "RFC4315-3-06", "APPENDUID of one message is one UID, and no set."},
     {"reused", "RFC4315-3-12", "A UID is given once.",
      "RFC3501-2.3.1.1-14 RFC3501-2.3.1.1-17 RFC3501-6.3.3-04 RFC3501-6.3.4-05 RFC3501-6.3.5-04"}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<copyuid>(); },
    true,
    kinds::everything,
    told::numbers | told::messages};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::copyuid
