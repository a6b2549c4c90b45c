// mailbox_counts: what SELECT, EXAMINE and STATUS count is what all sessions together know to be there (RFC 3501
// §6.3.1, §6.3.2, §6.3.10): EXISTS, the first unseen message, UNSEEN, UIDNEXT.
#include <fmt/format.h>

#include "base/text.hpp"
#include "check/told_together.hpp"
#include "model/ext/utf8_names.hpp"

namespace mailrig::check::mailbox_counts {
namespace {

using model::never;
using model::place;
using wire::imap::status;

class mailbox_counts final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::command && (i.command->is("SELECT") || i.command->is("EXAMINE"))) asks(i, out);
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    if (r.code == "UNSEEN" && i.imap->selecting()) note_unseen(i);
    if (r.name == "STATUS") counted(i, out);
    if (r.is("EXISTS")) grown(i, out);
    if (auto const d = out.together().operation_of(i)) answered_[i.session] = d->from;
    if (!i.command || r.condition != status::ok) return;
    if (i.command->is("SELECT") || i.command->is("EXAMINE")) selected(i, out);
    if (i.command->is("FETCH") && i.command->sent.arg(0) == "1:*") looked(i, out);
  }

 private:
  struct opening {
    std::uint64_t uidnext = 0, uidvalidity = 0;  ///< as told of the mailbox, to whomever, before SELECT was sent
    std::uint32_t serial = 0;                    ///< of the message that SELECT named; 0: none
    place answered = never;
    std::size_t changes = 0;  ///< of flags, as many as there had been
  };

  static std::size_t changes_of(model::mailbox_life const& box) { return box.changes_before + box.changes.size(); }

  // --- SELECT and EXAMINE --------------------------------------------------------------------------------------------

  void asks(item const& i, report& out) {
    auto& mine = opening_[i.session] = {};
    if (auto const* box = out.together().find(i.imap->account, i.command->sent.arg(0)))
      mine.uidnext = box->uidnext, mine.uidvalidity = box->uidvalidity;
  }

  void note_unseen(item const& i) {
    auto const n = i.response->code_args().number().value_or(0);
    if (n >= 1 && n <= i.imap->view.size()) opening_[i.session].serial = i.imap->view.at(n).serial;
  }

  void selected(item const& i, report& out) {
    auto const* box = out.together().find(i.imap->account, i.command->sent.arg(0));
    auto const d = out.together().operation_of(i);
    if (!box || !d || box->uidvalidity != i.imap->uidvalidity) return;
    auto& mine = opening_[i.session];
    mine.answered = out.together().now();
    mine.changes = changes_of(*box);
    auto const next = i.imap->uidnext;
    if (next != 0 && next < mine.uidnext && mine.uidvalidity == box->uidvalidity)
      out.add(i, {"uidnext",
                  fmt::format("UIDNEXT {} of {}, which was {} before", next, box->name, mine.uidnext),
                  {fmt::format("[UIDNEXT {}] or more", mine.uidnext)},
                  0,
                  {}});
    auto const shown = i.imap->view.size();
    auto const least = box->surely_there(d->from, out.together().now() + 1);
    auto const most = box->at_most(d->from);
    if (shown < least)
      out.add(i, {"exists",
                  fmt::format("{} messages of {} are told, at least {} are there", shown, box->name, least),
                  {fmt::format("* {} EXISTS, or more", least)},
                  0,
                  {}});
    else if (most && shown > *most)
      out.add(i, {"exists",
                  fmt::format("{} messages of {} are told, at most {} can be there", shown, box->name, *most),
                  {fmt::format("* {} EXISTS, or fewer", *most)},
                  0,
                  {}});
  }

  /// News of a mailbox that is open: each message that they count has come by somebody's doing. What is gone and this
  /// session has not been told of counts still.
  void grown(item const& i, report& out) {
    auto const* opened = out.together().open_mailbox_of(i.session);
    if (!opened || i.imap->selecting() || i.imap->state != model::imap_state::selected) return;
    auto const& box = *opened->box;
    // A device may read late what was true when it was said: after the last command was sent that is answered.
    auto const said = std::max(opened->since, answered_[i.session]);
    auto const living = box.at_most(said);
    if (!living || i.response->number <= i.imap->view.size()) return;
    // All of them are looked at anew; a server that has that done a hundred million times is not judged by it any more.
    constexpr std::size_t most_looks = 100'000'000;
    if ((looks_[i.session] += i.imap->view.size()) > most_looks) return;
    auto most = *living;
    for (auto const& s : i.imap->view.slots()) {
      auto const* m = box.find(s.uid);
      most += s.uid == 0 || !m || m->gone <= said;
    }
    if (i.response->number > most)
      out.add(i,
              {"grown",
               fmt::format("{} messages of {} are told, at most {} can be there", i.response->number, box.name, most),
               {fmt::format("* {} EXISTS, or fewer", most)},
               2,
               {}});
  }

  /// Every UID is known now: was the message that SELECT called the first unseen one just that?
  void looked(item const& i, report& out) {
    auto const mine = std::exchange(opening_[i.session], {});
    auto const* opened = out.together().open_mailbox_of(i.session);
    if (mine.serial == 0 || mine.answered == never || !opened || changes_of(*opened->box) != mine.changes) return;
    auto const number = i.imap->view.number_of(mine.serial);
    for (std::size_t n = 1; number && n <= *number; ++n) {
      auto const* m = opened->box->find(i.imap->view.at(n).uid);
      auto const seen = !m ? std::nullopt : m->has("\\seen", opened->since, mine.answered, i.session);
      if (!seen || *seen != (n == *number)) continue;
      return out.add(i, {"first-unseen",
                         fmt::format("SELECT said [UNSEEN {}], but message {} is {}", *number, n,
                                     *seen ? "seen" : "unseen and comes before it"),
                         {"[UNSEEN n] of the first message without \\Seen"},
                         0,
                         {}});
    }
  }

  // --- STATUS --------------------------------------------------------------------------------------------------------

  static void counted(item const& i, report& out) {
    auto const name = model::told_mailbox(*i.imap, i.response->args().text());
    auto const* box = out.together().find(i.imap->account, name);
    auto const* c = i.imap->running("STATUS");
    if (!c) c = i.imap->running("LIST");  // RFC 5819 §2
    // Of the mailbox that it has selected a session is told what it knows already (RFC 3501 §6.3.10).
    if (!box || !c || i.imap->mailbox == model::canonical_mailbox(name)) return;
    std::optional<std::uint64_t> validity, unseen, uidnext;
    auto const list = i.response->args().next();
    for (auto v = list.first(); v; v = v.next().next()) {
      if (v.names("UIDVALIDITY")) validity = v.next().number();
      if (v.names("UNSEEN")) unseen = v.next().number();
      if (v.names("UIDNEXT")) uidnext = v.next().number();
    }
    item asked = i;
    asked.command = c;
    auto const d = out.together().operation_of(asked);
    // Without UIDVALIDITY it may be another mailbox of the same name.
    if (!d || box->uncertain || (validity && *validity != box->uidvalidity)) return;
    if (unseen) judge_unseen(i, *box, *d, *unseen, out);
    if (uidnext) judge_uidnext(i, *box, *d, *uidnext, out);
  }

  static void judge_unseen(item const& i, model::mailbox_life const& box, model::operation const& d,
                           std::uint64_t unseen, report& out) {
    auto const now = out.together().now() + 1;
    std::size_t surely_unseen = 0, surely_seen = 0;
    for (auto const& [uid, m] : box.messages) {
      if (!m.known_before(d.from) || m.gone != never || box.cause(m, now)) continue;
      auto const seen = m.has("\\seen", d.from, now, i.session);
      surely_unseen += seen == false;
      surely_seen += seen == true;
    }
    auto const all = box.at_most(d.from);
    if (unseen < surely_unseen)
      out.add(i, {"unseen",
                  fmt::format("UNSEEN {} of {}, at least {} messages are unseen", unseen, box.name, surely_unseen),
                  {fmt::format("UNSEEN {} or more", surely_unseen)},
                  2,
                  {}});
    else if (all && unseen + surely_seen > *all)
      out.add(i, {"unseen",
                  fmt::format("UNSEEN {} of {}, which has at most {} messages, {} of them seen", unseen, box.name, *all,
                              surely_seen),
                  {fmt::format("UNSEEN {} or fewer", *all - std::min(surely_seen, *all))},
                  2,
                  {}});
  }

  static void judge_uidnext(item const& i, model::mailbox_life const& box, model::operation const& d,
                            std::uint64_t uidnext, report& out) {
    std::uint64_t least = box.uidnext_at < d.from ? box.uidnext : 0;
    for (auto m = box.messages.rbegin(); m != box.messages.rend() && least <= m->first; ++m)
      if (m->second.known_before(d.from)) least = std::uint64_t(m->first) + 1;
    if (uidnext < least)
      return out.add(i,
                     {"uidnext",
                      fmt::format("UIDNEXT {} of {}, where {} is the least that it can be", uidnext, box.name, least),
                      {fmt::format("UIDNEXT {} or more", least)},
                      2,
                      {}});
    if (box.empty_at == never || box.uidnext_at >= d.from || uidnext == box.uidnext) return;
    // Nothing has come since it was told, so it must be the same still.
    bool const came = box.unexplained > 0 ||
                      std::ranges::any_of(box.arrivals, [&](auto const& a) { return a->by->to >= box.uidnext_at; }) ||
                      std::ranges::any_of(box.messages, [&](auto const& m) {
                        return !m.second.known_before(box.uidnext_at) || m.first >= box.uidnext;
                      });
    if (came) return;
    remark r{"uidnext-moved",
             fmt::format("UIDNEXT {} of {} was {}, and nothing was added", uidnext, box.name, box.uidnext),
             {fmt::format("UIDNEXT {}", box.uidnext)},
             2,
             {}};
    r.story.push_back({{}, box.uidnext_by, fmt::format("was told UIDNEXT {} of {}", box.uidnext, box.name)});
    out.add(i, std::move(r));
  }

  per_session<opening> opening_{this};
  per_session<place> answered_{this};     ///< when the command was sent that was answered last
  per_session<std::size_t> looks_{this};  ///< slots that grown() has looked at
};

checker_kind const kind{
    "mailbox_counts",
    "SELECT, EXAMINE and STATUS count what is there.",
    {{"exists", "RFC3501-6.3.1-04", "EXISTS is the number of messages.", "RFC3501-6.4.2-01 RFC3501-6.4.7-06"},
     {"grown", "RFC3501-7.3.1-01", "EXISTS counts no message that nobody has added."},
     {"first-unseen", "RFC3501-6.3.1-03", "[UNSEEN n] names the first message without \\Seen."},
     {"unseen", "RFC3501-6.3.10-05", "STATUS's UNSEEN counts the messages without \\Seen.", "RFC3501-6.3.10-04"},
     {"uidnext", "RFC3501-6.3.10-04", "UIDNEXT is above every UID, and never falls.", "RFC3501-2.3.1.1-08"},
     {"uidnext-moved", "RFC3501-2.3.1.1-07", "UIDNEXT stays until messages are added."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<mailbox_counts>(); },
    true,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::numbers | told::messages | told::mailboxes | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::mailbox_counts
