// qresync: VANISHED stands for EXPUNGE once QRESYNC is enabled, never before, and each of its two forms in its place
// (RFC 7162 §3.2).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/ext/condstore.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::check::qresync {
namespace {

using wire::imap::sequence_set;
using wire::imap::status;

class qresync final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    auto& s = sessions_[i.session];
    if (i.kind == item_kind::command) asked(i, s);
    if (i.kind == item_kind::response && !i.response->violation) response(i, s, out);
  }

 private:
  struct session {
    std::uint32_t serial = 0;  ///< of the command that runs alone; 0: none
    model::condstore_request wants;
    bool was_selected = false, closed = false;
    bool was_quick = false;
    bool fetched = false;     ///< a FETCH came since it was sent, of the mailbox that it is about
    bool keeps_none = false;  ///< NOMODSEQ did
  };

  static void asked(item const& i, session& s) {
    s.serial = 0;
    if (i.imap->in_progress.size() != 1) return;
    s.serial = i.command->serial;
    s.wants = model::read_condstore(i.command->sent);
    s.was_selected = i.imap->state == model::imap_state::selected;
    s.was_quick = i.imap->condstore.quick;
    s.closed = s.fetched = false;
  }

  void response(item const& i, session& s, report& out) {
    auto const& r = *i.response;
    bool const earlier = r.is("VANISHED") && r.args().is_list();
    if (r.code == "CLOSED") s.closed = true, s.fetched = false;
    if (r.is("EXPUNGE") && i.imap->condstore.quick && !i.imap->condstore.nomodseq && !i.imap->selecting())
      out.add(i, {"expunge", {}, {"VANISHED"}, 2});
    if (earlier) before(i, s, out);
    if (r.is("VANISHED") && !earlier) vanished(i, s, out);
    if (r.is("FETCH")) fetched(i, s, out);
    if (r.code == "NOMODSEQ") s.keeps_none = true;
    if (!i.command || i.command->serial != s.serial) return;
    if (r.condition == status::ok) accepted(i, s, out);
    s.serial = 0;
    s.keeps_none = false;
  }

  /// SELECT (QRESYNC ...) or UID FETCH (VANISHED) runs, and what comes now is its.
  static bool resyncs(item const& i, session const& s) {
    if (s.serial == 0) return true;  // of several commands nobody knows
    if (i.imap->selecting()) return s.wants.quick && (!s.was_selected || s.closed);
    return s.wants.vanished;
  }

  static void before(item const& i, session& s, report& out) {
    if (!resyncs(i, s))
      return out.add(i, {"unasked", {}, {"VANISHED (EARLIER) for UID FETCH (VANISHED) or SELECT (QRESYNC)"}, 2});
    if (s.serial == 0) return;
    if (s.fetched) out.add(i, {"order", {}, {"VANISHED (EARLIER) first"}, 2});
    ignored(i, s, out);
  }

  /// SELECT (QRESYNC (validity ...)): another UIDVALIDITY, or no mod-sequences, and nothing is told of messages.
  static void ignored(item const& i, session const& s, report& out) {
    if (!i.imap->selecting() || !s.wants.resync) return;
    if (i.imap->uidvalidity != 0 && s.wants.resync->validity != i.imap->uidvalidity)
      out.add(i, {"validity",
                  fmt::format("UIDVALIDITY is {}, asked for as {}, and {} is told", i.imap->uidvalidity,
                              s.wants.resync->validity, i.response->name),
                  {"neither VANISHED nor FETCH"},
                  2});
    if (i.imap->condstore.nomodseq)
      out.add(
          i,
          {"no-modseqs", fmt::format("NOMODSEQ, and {} is told", i.response->name), {"neither VANISHED nor FETCH"}, 2});
  }

  static void vanished(item const& i, session const& s, report& out) {
    auto const& r = *i.response;
    if (i.imap->selecting() && s.serial != 0 && (!s.was_selected || s.closed))
      return out.add(
          i, {"unasked", "VANISHED without EARLIER while a mailbox is being selected", {"VANISHED (EARLIER)"}, 2});
    if (s.serial != 0 && i.imap->runs("CLOSE")) out.add(i, {"close", {}, {"no VANISHED"}, 2});
    if (s.serial != 0 && i.imap->runs("SEARCH") && i.imap->oldest()->sent.uid && by_number(i.imap->oldest()->sent))
      out.add(i, {"search", {}, {"no VANISHED until another command runs"}, 2});
    auto const set = sequence_set::parse(r.args().raw());
    auto const uids = set ? set->expand(100000) : std::nullopt;
    if (!uids) return;
    std::size_t known = 0;
    for (auto const& m : i.imap->view.slots()) known += m.uid != 0;
    auto const untold = i.imap->view.size() - known;
    std::set<std::uint32_t> const each(uids->begin(), uids->end());
    auto const there = i.imap->view.named_by(*set).size();
    if (each.size() - std::min(there, each.size()) > untold)
      out.add(i, {"invisible",
                  fmt::format("VANISHED names {} messages, of which this session has {} at most", each.size(),
                              there + untold),
                  {"UIDs of messages that EXISTS has counted"},
                  r.args().offset()});
  }

  /// The criteria of SEARCH have message numbers.
  static bool by_number(wire::imap::command const& c) {
    std::string_view last;
    for (auto const& a : c.arguments) {
      bool const number = !a.string && !a.text.empty() && sequence_set::parse(a.text).has_value();
      bool const of_key = base::iequals(last, "UID") || base::iequals(last, "LARGER") ||
                          base::iequals(last, "SMALLER") || base::iequals(last, "MODSEQ") ||
                          base::iequals(last, "OLDER") || base::iequals(last, "YOUNGER") ||
                          base::iequals(last, "UIDAFTER") || base::iequals(last, "UIDBEFORE");
      if (number && !of_key) return true;
      last = a.text;
    }
    return false;
  }

  static void fetched(item const& i, session& s, report& out) {
    s.fetched = true;
    if (!i.imap->selecting() || s.serial == 0 || !s.wants.resync || (s.was_selected && !s.closed)) return;
    auto const has = [&](std::string_view item) {
      bool told = false;
      model::for_each_item(*i.response, [&](auto name, auto) { told = told || name.names(item); });
      return told;
    };
    if (s.keeps_none && !has("MODSEQ")) return;  // news, as whoever did not ask may be told (RFC 3501 §7)
    ignored(i, s, out);
    std::string lacks;
    for (auto const* needed : {"UID", "MODSEQ", "FLAGS"})
      if (!has(needed)) lacks += lacks.empty() ? needed : std::string(" ") + needed;
    if (!lacks.empty()) out.add(i, {"items", fmt::format("FETCH of SELECT (QRESYNC) lacks {}", lacks), {lacks}, 2});
  }

  /// Commands that may not be done.
  static void accepted(item const& i, session const& s, report& out) {
    auto const& w = s.wants;
    auto const refused = [&](std::string_view row, std::string text) {
      out.add(i, {"accepted", std::move(text), {"BAD"}, 0, {}, row});
    };
    if (w.quick && !s.was_quick) refused("RFC7162-3.2.3-04", "QRESYNC before ENABLE QRESYNC is accepted");
    if (w.resync && w.resync->known && w.resync->known->has_star())
      refused("RFC7162-7-11", "'*' in the known UIDs is accepted");
    if (w.vanished && !i.command->sent.uid) refused("RFC7162-3.2.6-01", "VANISHED of FETCH is accepted");
    if (w.vanished && !w.changed_since) refused("RFC7162-3.2.6-02", "VANISHED without CHANGEDSINCE is accepted");
    if (w.vanished && !s.was_quick) refused("RFC7162-3.2.6-03", "VANISHED before ENABLE QRESYNC is accepted");
    if (w.qresync && i.imap->can("QRESYNC") && !i.imap->condstore.quick)
      out.add(i, {"unsupported", {}, {"* ENABLED QRESYNC"}, 0});
  }

  per_session<session> sessions_{this};
};

checker_kind const kind{
    "qresync",
    "VANISHED stands for EXPUNGE once QRESYNC is enabled, and each of its forms in its place.",
    {{"expunge", "RFC7162-3.2.3-03", "Once QRESYNC is enabled, VANISHED is sent and not EXPUNGE.", "RFC7162-3.2.10-01"},
     {"unasked", "RFC7162-3.2.10-02", "Each form of VANISHED comes for its own cause."},
     {"order", "RFC7162-3.2.6-05", "VANISHED (EARLIER) comes before FETCH."},
     {"validity", "RFC7162-3.2.5-03", "With another UIDVALIDITY nothing is told of messages."},
     {"no-modseqs", "RFC7162-3.2.5.1-05", "Without mod-sequences nothing is told of messages."},
     {"close", "RFC7162-3.2.8-03", "CLOSE brings no VANISHED."},
     {"search", "RFC7162-3.2.10.2-05", "No VANISHED while UID SEARCH by message numbers runs."},
     {"invisible", "RFC7162-3.2.10.2-01", "VANISHED names messages that this session has been told of.",
      "RFC7162-3.2.10.2-02"},
     {"items", "RFC7162-3.2.5.1-06", "What SELECT (QRESYNC) tells of a message has its UID."},
     {"accepted", "RFC7162-3.2.3-04", "What QRESYNC forbids is refused.",
      "RFC7162-3.2.6-01 RFC7162-3.2.6-02 RFC7162-3.2.6-03 RFC7162-7-11"},
     {"unsupported", "RFC7162-3.2.3-02", "Who announces QRESYNC lets it be enabled."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<qresync>(); },
    false,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::numbers | told::mailboxes | told::capabilities | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::qresync
