// condstore: once a client has asked for mod-sequences it is told them: in FETCH, at SELECT, by SEARCH; where a mailbox
// has none that is said and kept to (RFC 7162 §3.1, §3.2.4, §3.2.11).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "check/checker.hpp"
#include "model/ext/condstore.hpp"
#include "model/ext/utf8_names.hpp"
#include "model/fetch_request.hpp"

namespace mailrig::check::condstore {
namespace {

using wire::imap::response_kind;
using wire::imap::status;

class condstore final : public checker {
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
    bool was_selected = false, was_aware = false, refuses = false;
    std::string was_in;                                ///< the mailbox when it was sent
    bool highest = false, closed = false;              ///< told since it was sent
    bool found = false, suffix = false;                ///< by SEARCH, SORT or ESEARCH
    std::map<std::uint32_t, bool> told;                ///< by serial: whether with MODSEQ
    std::set<std::uint32_t> told_uid, newly_seen;      ///< by serial: since it was sent
    std::set<std::uint32_t> unseen;                    ///< by serial: last told without \Seen
    std::map<std::string, bool, std::less<>> keeping;  ///< by mailbox: HIGHESTMODSEQ or NOMODSEQ was told
  };

  static void asked(item const& i, session& s) {
    s.serial = 0;
    if (i.imap->in_progress.size() != 1) return;
    s.serial = i.command->serial;
    s.wants = model::read_condstore(i.command->sent);
    s.was_selected = i.imap->state == model::imap_state::selected;
    s.was_aware = i.imap->condstore.aware;
    s.refuses = s.was_selected && i.imap->condstore.nomodseq;
    s.was_in = s.was_selected ? i.imap->mailbox : std::string();
    s.highest = s.closed = s.found = s.suffix = false;
    s.told.clear();
    s.told_uid.clear();
    s.newly_seen.clear();
  }

  void response(item const& i, session& s, report& out) {
    auto const& r = *i.response;
    if (r.is("FETCH") && i.imap->state == model::imap_state::selected) fetched(i, s, out);
    if (r.code == "HIGHESTMODSEQ") s.highest = true;
    if (r.code == "CLOSED") closing(i, s, out);
    if (r.is("CAPABILITY") || r.code == "CAPABILITY") announced(i, out);
    if (r.is("STATUS")) counted(i, s, out);
    if (r.is("SEARCH") || r.is("SORT") || r.is("ESEARCH")) searched(i, s);
    if (!i.command || i.command->serial != s.serial || r.condition != status::ok) return;
    if (i.command->is("SELECT") || i.command->is("EXAMINE")) opened(i, s, out);
    if (s.was_selected && !i.command->is("SELECT") && !i.command->is("EXAMINE")) done(i, s, out);
    if (i.command->is("CLOSE") && r.code == "HIGHESTMODSEQ")
      out.add(i, {"close", {}, {"OK without HIGHESTMODSEQ"}, r.code_args().offset()});
  }

  /// FETCH that no FETCH command asked for: news, or what STORE did.
  static void fetched(item const& i, session& s, report& out) {
    auto const& r = *i.response;
    if (r.number < 1 || r.number > i.imap->view.size() || i.imap->selecting()) return;
    bool modseq = false, uid = false, flags = false, seen = false;
    model::for_each_item(r, [&](auto name, auto data) {
      modseq = modseq || name.names("MODSEQ");
      uid = uid || name.names("UID");
      if (!name.names("FLAGS")) return;
      flags = true;
      seen = false;
      for (auto f = data.first(); f; f = f.next()) seen = seen || f.names("\\Seen");
    });
    auto const serial = i.imap->view.at(r.number).serial;
    auto& told = s.told[serial];
    told = told || modseq;
    if (flags) {
      if (seen && s.unseen.contains(serial) && implied(i, s)) s.newly_seen.insert(serial);
      if (seen)
        s.unseen.erase(serial);
      else if (s.unseen.size() < 20000)
        s.unseen.insert(serial);
    }
    if (uid) s.told_uid.insert(serial);
    if (!i.imap->condstore.aware || i.imap->condstore.nomodseq || i.imap->notified || answers(i)) return;
    if (!modseq) out.add(i, {"untold", fmt::format("news of message {} without MODSEQ", r.number), {"MODSEQ (n)"}, 2});
    if (!uid) without_uid(i, fmt::format("news of message {} without UID", r.number), 2, out);
  }

  /// A FETCH that did not ask for flags.
  static bool implied(item const& i, session const& s) {
    if (s.serial == 0 || !i.imap->runs("FETCH")) return false;
    auto const items = model::requested_items(i.imap->running("FETCH")->sent);
    return !items.empty() && std::ranges::none_of(items, [](auto const& x) { return x.label == "FLAGS"; });
  }

  /// What a FETCH command asks for may be told without; that it has set \Seen may not (§3.2.4), be it in a response of
  /// its own.
  static bool answers(item const& i) {
    return std::ranges::any_of(i.imap->in_progress, [](model::imap_command const& c) {
      return c.is("FETCH") || c.is("SELECT") || c.is("EXAMINE") || !c.whole;
    });
  }
  static void seen_now(item const& i, session const& s, report& out) {
    for (auto const serial : s.newly_seen) {
      auto const n = i.imap->view.number_of(serial);
      if (!n) continue;
      if (!s.told.at(serial))
        out.add(i, {"untold",
                    fmt::format("\\Seen of message {} without MODSEQ", *n),
                    {"MODSEQ (n)"},
                    0,
                    {},
                    "RFC7162-3.2.4-01"});
      if (!s.told_uid.contains(serial)) without_uid(i, fmt::format("\\Seen of message {} without UID", *n), 0, out);
    }
  }
  static void without_uid(item const& i, std::string text, std::size_t offset, report& out) {
    out.add(i,
            {"uid",
             std::move(text),
             {"UID n"},
             offset,
             {},
             i.imap->can("QRESYNC") ? std::string_view("RFC7162-3.2.4-01") : std::string_view("RFC7162-3.1.4.2-03")});
  }

  static void closing(item const& i, session& s, report& out) {
    if (s.serial == 0 || !i.imap->selecting() || s.closed) return;
    s.closed = true;
    s.highest = false;
    if (s.was_selected && (i.imap->condstore.highest || i.imap->condstore.nomodseq || i.imap->uidvalidity != 0))
      out.add(i, {"closed-late", {}, {"CLOSED before what is told of the new mailbox"}, 2});
  }

  static void opened(item const& i, session& s, report& out) {
    auto const name = model::canonical_mailbox(i.command->sent.arg(0));
    bool const offers = i.imap->can("CONDSTORE") || i.imap->can("QRESYNC");
    if (s.was_selected && s.was_in != name && offers && i.imap->capabilities_known && !s.closed)
      out.add(i, {"closed", {}, {"* OK [CLOSED] before what is told of the new mailbox"}, 0});
    bool const told = i.imap->condstore.highest || i.imap->condstore.nomodseq || i.response->code == "HIGHESTMODSEQ";
    if ((s.was_aware || s.wants.enables()) && !told)
      out.add(i, {"select", {}, {"* OK [HIGHESTMODSEQ n] or * OK [NOMODSEQ]"}, 0});
    if (i.imap->condstore.highest != i.imap->condstore.nomodseq && s.keeping.size() < 1000)
      s.keeping[name] = i.imap->condstore.highest;
  }

  /// A command on messages was answered OK.
  static void done(item const& i, session& s, report& out) {
    auto const& w = s.wants;
    if (s.refuses && w.needs_modseqs())
      out.add(i, {"nomodseq",
                  fmt::format("{} of mod-sequences is done, and NOMODSEQ was told", i.command->sent.name),
                  {"BAD"},
                  0});
    if (s.refuses) return;
    // No client may ENABLE with a mailbox selected, which a server need not look after (RFC 5161 §3.1).
    if (w.enables() && !i.command->is("ENABLE") && !s.was_aware && !s.highest)
      out.add(i, {"first", {}, {"* OK [HIGHESTMODSEQ n]"}, 0});
    if (w.criterion && s.found && !s.suffix && !i.command->is("THREAD")) unsuffixed(i, w, out);
    if (w.item || w.changed_since)
      for (auto const& [serial, with] : s.told)
        if (auto const n = i.imap->view.number_of(serial); n && !with)
          return out.add(i, {"missing",
                             fmt::format("MODSEQ of message {} was asked for and not told", *n),
                             {"MODSEQ (n)"},
                             0,
                             {},
                             w.item ? std::string_view("RFC7162-3.1.4.2-01") : std::string_view("RFC7162-3.1.4.1-03")});
    if (s.was_aware && i.command->is("FETCH")) seen_now(i, s, out);
  }

  static void unsuffixed(item const& i, model::condstore_request const& w, report& out) {
    bool const sort = i.command->is("SORT");
    out.add(i, {"suffix",
                fmt::format("{} by MODSEQ without the highest of what it found", i.command->sent.name),
                {w.extended ? "MODSEQ n" : "(MODSEQ n)"},
                0,
                {},
                w.extended ? (sort ? std::string_view("RFC7162-3.1.10-02") : std::string_view("RFC7162-3.1.10-01"))
                : sort     ? std::string_view("RFC7162-3.1.9-01")
                           : std::string_view("RFC7162-3.1.5-03")});
  }

  static void announced(item const& i, report& out) {
    bool condstore = false, qresync = false, enable = false;
    for (auto v = i.response->is("CAPABILITY") ? i.response->args() : i.response->code_args(); v; v = v.next()) {
      condstore = condstore || v.names("CONDSTORE");
      qresync = qresync || v.names("QRESYNC");
      enable = enable || v.names("ENABLE");
    }
    if (qresync && !enable) out.add(i, {"no-enable", {}, {"ENABLE"}, 2});
    if (qresync && !condstore) out.add(i, {"no-condstore", {}, {"CONDSTORE"}, 2});
  }

  static void counted(item const& i, session const& s, report& out) {
    auto const known = s.keeping.find(model::told_mailbox(*i.imap, i.response->args().text()));
    if (known == s.keeping.end()) return;
    for (auto v = i.response->args().next().first(); v; v = v.next().next()) {
      if (!v.names("HIGHESTMODSEQ")) continue;
      bool const zero = v.next().number() == 0u;
      if (zero == known->second)
        out.add(i, {"status",
                    zero ? "STATUS tells HIGHESTMODSEQ 0 of a mailbox that has one"
                         : "STATUS tells HIGHESTMODSEQ of a mailbox that keeps none",
                    {zero ? "HIGHESTMODSEQ n" : "HIGHESTMODSEQ 0"},
                    v.offset(),
                    {},
                    zero ? std::string_view("RFC7162-3.1.7-01") : std::string_view("RFC7162-3.1.7-02")});
    }
  }

  static void searched(item const& i, session& s) {
    auto const& r = *i.response;
    bool name = true;
    for (auto v = r.args(); v; v = v.next()) {
      if (!r.is("ESEARCH")) {
        s.found = s.found || v.number().has_value();
        s.suffix = s.suffix || v.is_list();
        continue;
      }
      if (v.is_list() || v.names("UID")) continue;  // its tag, and that it tells UIDs
      if (name) {
        s.suffix = s.suffix || v.names("MODSEQ");
        s.found = s.found || v.names("ALL") || v.names("MIN") || v.names("MAX") ||
                  (v.names("COUNT") && v.next().number().value_or(0) > 0);
      }
      name = !name;
    }
  }

  per_session<session> sessions_{this};
};

checker_kind const kind{
    "condstore",
    "Who has asked for mod-sequences is told them.",
    {{"untold", "RFC7162-3.1-08", "Once mod-sequences are enabled, news of a message has MODSEQ.",
      "RFC7162-3.1.3-16 RFC7162-3.1.3-20 RFC7162-3.1.8-01 RFC7162-3.1-12 RFC7162-3.1-09 RFC7162-3.2.4-01"},
     {"uid", "RFC7162-3.2.4-01", "Once mod-sequences are enabled, news of a message has UID.", "RFC7162-3.1.4.2-03"},
     {"missing", "RFC7162-3.1.4.2-01", "MODSEQ is told where it is asked for.", "RFC7162-3.1.4.1-03 RFC7162-7-02"},
     {"select", "RFC7162-3.1.2.1-01", "SELECT tells HIGHESTMODSEQ, or that there is none.",
      "RFC7162-3.1.2-01 RFC7162-3.1.2.2-01 RFC7162-3.2.5.1-07 RFC7162-3.1-12"},
     {"first", "RFC7162-3.1-11", "What enables mod-sequences in a mailbox is answered by its HIGHESTMODSEQ."},
     {"nomodseq", "RFC7162-3.1.2.2-02", "Where NOMODSEQ was told, commands on mod-sequences are BAD."},
     {"status", "RFC7162-3.1.7-01", "STATUS and SELECT agree whether there are mod-sequences.", "RFC7162-3.1.7-02"},
     {"suffix", "RFC7162-3.1.5-03", "A search by MODSEQ tells the highest of what it found.",
      "RFC7162-3.1.9-01 RFC7162-3.1.10-01 RFC7162-3.1.10-02"},
     {"close", "RFC7162-3.2.8-02", "The OK of CLOSE has no HIGHESTMODSEQ."},
     {"closed", "RFC7162-3.2.11-01", "SELECT of another mailbox tells that the one before is closed.",
      "RFC7162-3.2.11-04"},
     {"closed-late", "RFC7162-3.2.11-02", "What comes before CLOSED is of the mailbox that is closed."},
     {"no-enable", "RFC7162-3.2.3-01", "Who announces QRESYNC announces ENABLE."},
     {"no-condstore", "RFC7162-3.2.2-01", "Who announces QRESYNC announces CONDSTORE."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<condstore>(); },
    false,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::numbers | told::messages | told::mailboxes | told::capabilities | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::condstore
