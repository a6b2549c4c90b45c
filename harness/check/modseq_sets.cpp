// modseq_sets: CHANGEDSINCE and SEARCH MODSEQ name what is newer, all of it and nothing else, and SEARCH tells the
// highest of what it found (RFC 7162 §3.1.4.1, §3.1.5), as far as mod-sequences are certain.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "check/told_together.hpp"
#include "model/esearch.hpp"
#include "model/ext/modseq_book.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::check::modseq_sets {
namespace {

using model::never;
using wire::imap::response_kind;
using wire::imap::sequence_set;
using wire::imap::status;

class modseq_sets final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    if (i.kind == item_kind::command) asked(i);
    if (i.kind == item_kind::response && !i.response->violation) response(i, out);
  }

 private:
  struct session {
    std::uint32_t serial = 0;  ///< of the FETCH or SEARCH that is judged; 0: none
    std::optional<std::uint64_t> since;
    std::vector<model::slot> named;                 ///< by FETCH; of SEARCH, all
    bool every = false;                             ///< SEARCH asks for MODSEQ and nothing else
    std::set<std::uint32_t> found;                  ///< numbers or UIDs
    std::uint64_t highest = 0;                      ///< that SEARCH told
    bool complete = true;                           ///< the result says which messages
    std::map<std::uint32_t, std::uint64_t> before;  ///< UID -> told to this session before the command
    std::map<std::uint32_t, std::uint64_t> known;   ///< UID -> told to this session
    void const* box = nullptr;                      ///< that `known` is of
  };

  void asked(item const& i) {
    auto& s = sessions_[i.session];
    s.serial = 0;
    if (i.command->is("SELECT") || i.command->is("EXAMINE")) s.known.clear();
    if (i.imap->in_progress.size() != 1 || i.imap->state != model::imap_state::selected) return;
    auto const wants = model::read_condstore(i.command->sent);
    s.since.reset();
    s.found.clear();
    s.highest = 0;
    s.complete = true;
    if (wants.changed_since) {
      s.since = wants.changed_since;
      s.named = model::named_slots(*i.imap, i.command->sent);
    } else if (wants.criterion && !i.command->is("THREAD")) {
      criterion(i.command->sent, s);
      s.named = i.imap->view.slots();
    }
    if (!s.since) return;
    s.before = s.known;
    s.serial = i.command->serial;
  }

  /// "[RETURN (...)] [ALL] MODSEQ ["name" type] n [ALL]" and the like: every key must hold.
  static void criterion(wire::imap::command const& c, session& s) {
    std::size_t at = base::iequals(c.arg(0), "RETURN") ? 2 : 0;
    if (c.name == "SORT") at += 2;
    if (base::iequals(c.arg(at), "CHARSET")) at += 2;
    s.every = true;
    for (; at < c.arguments.size(); ++at) {
      if (base::iequals(c.arg(at), "ALL")) continue;
      if (base::iequals(c.arg(at), "OR") || base::iequals(c.arg(at), "NOT") || c.arg(at).starts_with('(') ||
          base::iequals(c.arg(at), "FUZZY"))
        return s.since.reset();
      if (!base::iequals(c.arg(at), "MODSEQ") || c.arguments[at].string || s.since) {
        s.every = false;
        continue;
      }
      if (at + 1 < c.arguments.size() && c.arguments[at + 1].string) {
        // A server may keep a mod-sequence for each flag (§3.1); then the message's own says no more.
        s.every = false;
        return s.since.reset();
      }
      s.since = base::number(c.arg(++at));
    }
  }

  void response(item const& i, report& out) {
    auto const& r = *i.response;
    auto& s = sessions_[i.session];
    if (r.is("FETCH") && !i.imap->selecting()) {
      auto const uid = model::told_uid(*i.imap, r);
      model::for_each_item(r, [&](auto name, auto data) {
        if (name.names("MODSEQ") && uid != 0 && s.known.size() < 20000)
          s.known[uid] = data.first().number().value_or(0);
      });
    }
    if (s.serial == 0) return;
    if (r.is("EXPUNGE") || (r.is("VANISHED") && !r.args().is_list())) s.serial = 0;
    if (r.is("SEARCH") || r.is("SORT")) numbers(i, s);
    if (r.is("ESEARCH")) extended(i, s);
    if (!i.command || i.command->serial != s.serial) return;
    if (r.condition == status::ok && s.since) i.command->is("FETCH") ? fetched(i, s, out) : searched(i, s, out);
    s.serial = 0;
  }

  static void numbers(item const& i, session& s) {
    for (auto v = i.response->args(); v; v = v.next()) {
      if (v.is_list()) s.highest = v.first().next().number().value_or(0);
      if (auto const n = v.number()) s.found.insert(std::uint32_t(*n));
    }
  }

  static void extended(item const& i, session& s) {
    auto const told = model::read_esearch(*i.response);
    auto const* asked = told.correlated ? i.imap->find(told.tag) : nullptr;
    if (told.elsewhere || (told.correlated && (!asked || asked->serial != s.serial))) return;
    if (told.modseq) s.highest = *told.modseq;
    if (told.all) s.found.insert(told.all->begin(), told.all->end());
    s.complete = told.all && !told.too_long;
  }

  /// What this session must know of it; 0: not certain.
  static std::uint64_t value_of(item const& i, model::mailbox_life const& box, model::slot const& m,
                                report const& out) {
    auto const* life = box.find(m.uid);
    if (m.uid == 0 || (life && (life->gone != never || box.cause(*life, out.together().now() + 1)))) return 0;
    if (!i.imap->view.number_of(m.serial)) return 0;
    return out.modseqs().certain(&box, m.uid, i.session, model::sees_since(i, out.together()));
  }

  static void fetched(item const& i, session const& s, report& out) {
    auto const* box = model::mailbox_of(i, out.together());
    if (!box) return;
    auto const& told = out.modseqs().told(i.session);
    for (auto const& m : s.named) {
      auto const value = value_of(i, *box, m, out);
      if (value == 0) continue;
      bool const came = told.contains(m.uid);
      auto const before = s.before.find(m.uid);
      if (value > *s.since && !came)
        return out.add(i, {"changed-missing",
                           fmt::format("UID {} has MODSEQ {}, and FETCH of what changed since {} leaves it out", m.uid,
                                       value, *s.since),
                           {fmt::format("* {} FETCH", i.imap->view.number_of(m.serial).value_or(0))},
                           0});
      // What the session was not told yet may be news.
      if (value <= *s.since && came && before != s.before.end() && before->second == value)
        return out.add(i, {"changed-extra",
                           fmt::format("UID {} has MODSEQ {}, and FETCH of what changed since {} tells of it", m.uid,
                                       value, *s.since),
                           {"no FETCH of it"},
                           0});
    }
  }

  static void searched(item const& i, session const& s, report& out) {
    auto const* box = model::mailbox_of(i, out.together());
    if (!box || (!s.complete && s.found.empty())) return;
    std::uint64_t greatest = 0;
    bool sure = true;
    for (auto const& m : s.named) {
      auto const value = value_of(i, *box, m, out);
      auto const id = i.command->sent.uid ? m.uid : std::uint32_t(i.imap->view.number_of(m.serial).value_or(0));
      bool const came = s.found.contains(id);
      if (came && value == 0) sure = false;
      if (value == 0) continue;
      if (came) greatest = std::max(greatest, value);
      if (value >= *s.since && !came && s.every)
        return out.add(
            i, {"search-missing",
                fmt::format("UID {} has MODSEQ {}, and a search for {} or more leaves it out", m.uid, value, *s.since),
                {fmt::format("{}", id)},
                0});
      if (value < *s.since && came)
        return out.add(
            i, {"search-extra",
                fmt::format("UID {} has MODSEQ {}, and a search for {} or more finds it", m.uid, value, *s.since),
                {fmt::format("not {}", id)},
                0});
    }
    if (s.highest == 0 || greatest == 0) return;
    if (s.highest < greatest || (sure && s.highest > greatest))
      out.add(i, {"search-highest",
                  fmt::format("{} tells MODSEQ {} of what it found, the highest is {}", i.command->sent.name, s.highest,
                              greatest),
                  {fmt::format("(MODSEQ {})", greatest)},
                  0,
                  {},
                  i.command->is("SORT") ? std::string_view("RFC7162-3.1.9-01") : std::string_view("RFC7162-3.1.5-03")});
  }

  per_session<session> sessions_{this};
};

checker_kind const kind{
    "modseq_sets",
    "CHANGEDSINCE and SEARCH MODSEQ name what is newer.",
    {{"changed-missing", "RFC7162-3.1.4.1-02", "CHANGEDSINCE returns all that has changed since."},
     {"changed-extra", "RFC7162-3.1.4.1-01", "CHANGEDSINCE returns nothing that has not changed since."},
     {"search-missing", "RFC7162-3.1.5-01", "SEARCH MODSEQ n finds each message that has n or more."},
     {"search-extra", "RFC7162-3.1.5-01", "SEARCH MODSEQ n finds no message that has less."},
     {"search-highest", "RFC7162-3.1.5-03", "A search by MODSEQ tells the highest of what it found.",
      "RFC7162-3.1.9-01"}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<modseq_sets>(); },
    true,
    kinds::everything,
    told::numbers | told::messages | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::modseq_sets
