// fetch_items: FETCH that ends in OK has given every requested item of every message that still is (RFC 3501 §6.4.5),
// and STORE without .SILENT has told the new flags (§6.4.6).
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <unordered_map>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/ext/message_limit.hpp"
#include "model/fetch_request.hpp"
#include "model/search_request.hpp"

namespace mailrig::check::fetch_items {
namespace {

class fetch_items final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::command) begin(i);
    if (i.kind != item_kind::response) return;
    if (i.response->is("FETCH") && i.response->number >= 1 && i.response->number <= i.imap->view.size()) learn_flags(i);
    auto& a = asked_[i.session];
    if (!a.active) return;
    auto const& r = *i.response;
    if (r.code == "MESSAGELIMIT" && r.kind == wire::imap::response_kind::untagged) a.active = false;  // done in part
    if (r.is("FETCH") && r.number >= 1 && r.number <= i.imap->view.size()) {
      note(a, i);
      if (!a.store && i.imap->in_progress.size() == 1 && !i.imap->notified && tells_text(*i.response))
        unnamed(a, i, i.imap->view.at(r.number).serial, out);
    }
    if (i.command && i.command->serial == a.serial) {
      // NO means that some could not be had; EXPUNGE in between means that they are gone (RFC 2180 §4.1).
      if (r.condition == wire::imap::status::ok) judge(a, i, out);
      if (!a.store && i.imap->in_progress.size() == 1 && !i.imap->notified) others(a, i, out);
      a = {};
    }
  }

 private:
  struct request {
    bool active = false, store = false, uid = false;
    std::optional<wire::imap::sequence_set> uids;  ///< with `uid`
    std::uint32_t serial = 0;
    std::uint32_t by_star = 0;  ///< UID of the message that is named only because "*" seemed to be it; 0: none
    std::size_t view = 0;       ///< messages when it was sent
    std::vector<model::slot> messages;
    std::vector<model::requested_item> items;
    std::map<std::uint32_t, std::vector<bool>> got;  ///< message -> which of the items came; the last: FLAGS did
  };
  static constexpr std::size_t most_messages = 20000;

  void begin(item const& i) {
    if (!i.imap || !(i.command->is("FETCH") || i.command->is("STORE")) || i.imap->state != model::imap_state::selected)
      return;
    // Only a command that runs alone is sure to see the same mailbox as the client.
    if (i.imap->in_progress.size() != 1) return;
    auto const& c = i.command->sent;
    request a;
    a.store = i.command->is("STORE");
    if (a.store && i.imap->read_only) return;  // nothing is stored, so there is nothing new to tell
    if (a.store && base::to_upper(c.arg(1)).find("SILENT") != std::string::npos) return;
    if (a.store && c.arg(1).starts_with('(')) return;  // UNCHANGEDSINCE may refuse some
    if (base::to_upper(c.octets).find("CHANGEDSINCE") != std::string::npos) return;
    a.messages = model::named_slots(*i.imap, c);
    if (!within_range(a.messages, i, c)) return;
    if (a.store) std::erase_if(a.messages, [&](model::slot const& m) { return !changes(i, m, c); });
    if (a.messages.empty() || a.messages.size() > most_messages) return;
    a.items = a.store ? std::vector<model::requested_item>{{"FLAGS", std::nullopt}} : model::requested_items(c);
    if (a.store && c.uid) a.items.push_back({"UID", std::nullopt});
    a.uid = c.uid;
    if (c.uid) a.uids = wire::imap::sequence_set::parse(c.arg(0));
    a.view = i.imap->view.size();
    note_star(a, i);
    a.serial = i.command->serial;
    a.active = true;
    asked_[i.session] = std::move(a);
  }

  /// PARTIAL (RFC 9394 §3.3): of those that the set names, some. False where it cannot be told which.
  static bool within_range(std::vector<model::slot>& messages, item const& i, wire::imap::command const& c) {
    auto const words = base::words(base::trim(c.arg(2)));
    auto const name =
        std::ranges::find_if(words, [](auto w) { return base::iequals(w, "(PARTIAL") || base::iequals(w, "PARTIAL"); });
    if (name == words.end()) return true;
    if (std::ranges::any_of(i.imap->view.slots(), [](auto const& m) { return m.uid == 0; })) return false;
    auto const range =
        name + 1 == words.end() ? std::nullopt : model::read_range((name + 1)->substr(0, (name + 1)->find(')')));
    if (!range) return false;
    if (range->from_end) std::ranges::reverse(messages);
    if (messages.size() > range->high) messages.resize(range->high);
    messages.erase(messages.begin(),
                   messages.begin() + std::ptrdiff_t(std::min<std::size_t>(range->low - 1, messages.size())));
    return true;
  }

  /// "300:*" names the last message too, whatever its UID; which one is the last, somebody else's arrival decides.
  static void note_star(request& a, item const& i) {
    auto const set = wire::imap::sequence_set::parse(i.command->sent.arg(0));
    if (!a.uid || !set) return;
    auto const largest = i.imap->view.largest_uid();
    if (!set->contains(largest, wire::imap::sequence_set::star)) a.by_star = largest;
  }

  /// STORE "normally" tells the new flags; told for certain only where they differ from what was told before.
  bool changes(item const& i, model::slot const& m, wire::imap::command const& c) {
    auto const known = flags_[i.session].find(m.serial);
    if (known == flags_[i.session].end()) return false;
    std::set<std::string> had;
    for (auto f : base::words(known->second)) had.emplace(f);
    std::set<std::string> named;
    auto text = base::to_lower(c.arg(2));
    std::ranges::replace(text, '(', ' ');
    std::ranges::replace(text, ')', ' ');
    for (auto f : base::words(text)) named.emplace(f);
    auto const has = [&](std::string const& f) { return had.contains(f); };
    if (c.arg(1).starts_with('+')) return !std::ranges::all_of(named, has);
    if (c.arg(1).starts_with('-')) return std::ranges::any_of(named, has);
    return named != had;
  }

  void learn_flags(item const& i) {
    auto& known = flags_[i.session];
    if (known.size() > most_messages) known.clear();
    if (auto told = model::told_flag_words(*i.response))
      known[i.imap->view.at(i.response->number).serial] = std::move(*told);
  }

  static void note(request& a, item const& i) {
    auto& came = a.got[i.imap->view.at(i.response->number).serial];
    came.resize(a.items.size() + 1);
    model::for_each_item(*i.response, [&](auto name, auto) {
      for (std::size_t n = 0; n < a.items.size(); ++n)
        if (model::is_label(name.raw(), a.items[n].label)) came[n] = true;
      if (name.names("FLAGS")) came.back() = true;
    });
  }

  static bool tells_text(wire::imap::response const& r) {
    bool out = false;
    model::for_each_item(r, [&](auto name, auto) {
      out = out || base::istarts_with(name.raw(), "BODY[") || name.names("RFC822") || name.names("RFC822.HEADER") ||
            name.names("RFC822.TEXT");
    });
    return out;
  }

  /// Data about any message may be told at any time, with news of its flags for one (RFC 3501 §7.4.2); its text is for
  /// who asks, and whoever is told all that was asked for, and no flags, of a message was given what another should be.
  static void unnamed(request const& a, item const& i, std::uint32_t serial, report& out) {
    auto const n = i.imap->view.number_of(serial);
    if (!n || *n > a.view) return;
    auto const is_it = [&](model::slot const& m) { return m.serial == serial; };
    // Its UID may not have been known when the command was sent, and may not be yet.
    auto const uid = i.imap->view.at(*n).uid;
    if (a.uid && (uid == 0 || !a.uids || a.uids->contains(uid, wire::imap::sequence_set::star))) return;
    if (std::ranges::any_of(a.messages, is_it)) return;
    if (a.uid && *n == i.imap->view.size()) return;  // a UID range may end in "*", which names the last
    out.add(i, {"unnamed",
                fmt::format("message {} is not in the set that was asked for", *n),
                {"the messages of the set"},
                2});
  }
  static void others(request const& a, item const& i, report& out) {
    auto const is_news = [](auto const& label) { return label == "FLAGS" || label == "UID" || label == "MODSEQ"; };
    if (std::ranges::all_of(a.items, is_news, &model::requested_item::label)) return;
    for (auto const& [serial, came] : a.got)
      if (!came.back() && std::all_of(came.begin(), came.end() - 1, std::identity())) unnamed(a, i, serial, out);
  }

  static void judge(request const& a, item const& i, report& out) {
    for (auto const& m : a.messages) {
      auto const n = i.imap->view.number_of(m.serial);
      if (!n) continue;  // expunged meanwhile, and said so
      bool const last = *n == a.view && i.imap->view.size() == a.view;
      if (m.uid != 0 && m.uid == a.by_star && !last) continue;
      if (!model::is_processed(*i.response, m.uid)) continue;
      // A UID that nothing has any more is passed over (RFC 3501 §6.4.8).
      if (a.uid && out.together().may_be_gone(i.session, m.uid)) continue;
      auto const got = a.got.find(m.serial);
      for (std::size_t each = 0; each < a.items.size(); ++each) {
        if (got != a.got.end() && got->second[each]) continue;
        auto const& wanted = a.items[each];
        bool const without_uid = wanted.label == "UID" && a.uid && (!a.store || got != a.got.end());
        auto const rule = without_uid ? "uid" : a.store ? "store-echo" : "missing";
        return out.add(i, {rule,
                           fmt::format("OK, but {} of message {} was not sent", wanted.label, *n),
                           {fmt::format("* {} FETCH (... {} ...) before the tagged OK", *n, wanted.label)},
                           0});
      }
    }
  }

  per_session<request> asked_{this};
  per_session<std::unordered_map<std::uint32_t, std::string>> flags_{this};  ///< as told_flag_words has them
};

checker_kind const kind{
    "fetch_items",
    "FETCH gives every requested item of every message; STORE tells the new flags.",
    {{"unnamed", "RFC3501-6.4.5-04", "FETCH sends the text of those messages that are named."},
     {"missing", "RFC3501-6.4.5-04", "Every requested item of every message named is sent.", "RFC9738-3.1-05"},
     {"uid", "RFC3501-6.4.8-07", "A FETCH response that a UID command causes has the UID."},
     {"store-echo", "RFC3501-6.4.6-02", "STORE without .SILENT tells the new flags."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<fetch_items>(); },
    false,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::numbers | told::messages | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::fetch_items
