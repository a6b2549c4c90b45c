// notify: what NOTIFY was asked for is granted or refused as it must be, and what comes unasked is what was asked for
// (RFC 5465 §3.1, §5).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.hpp"
#include "check/checker.hpp"
#include "model/fetch_request.hpp"
#include "model/hierarchy.hpp"
#include "wire/imap/command_grammar.hpp"

namespace mailrig::check::notify {
namespace {

using model::notify_request;
using wire::imap::response_kind;
using wire::imap::status;

bool is_known(std::string_view event) {
  constexpr std::array all{
      "MESSAGENEW",         "MESSAGEEXPUNGE",        "FLAGCHANGE",          "ANNOTATIONCHANGE", "MAILBOXNAME",
      "SUBSCRIPTIONCHANGE", "MAILBOXMETADATACHANGE", "SERVERMETADATACHANGE"};
  return std::ranges::find(all, event) != all.end();
}

class notify final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    auto const now = out.together().now() + 1;
    names_.see(i, now);
    if (i.kind == item_kind::command) sent(i);
    if (i.kind == item_kind::response && !i.response->violation) {
      if (i.response->kind == response_kind::untagged) told(i, out);
      if (i.response->kind == response_kind::tagged && i.command) answered(i, out);
    }
    names_.answered(i, now);
  }

 private:
  struct session {
    std::map<std::string, std::set<std::string>> counts;  ///< items of STATUS while the NOTIFY runs, by mailbox
    std::set<std::string> accepted;                       ///< events of what was granted
    std::uint32_t known = 0;   ///< the last message that was there when NOTIFY was granted; others come with its items
    std::uint32_t polled = 0;  ///< the last that was there when NOOP was sent
    bool brings = false;       ///< the client has brought in mail itself since
    std::map<std::uint32_t, std::set<std::string>> got;  ///< items of those that came, by serial
  };
  static constexpr std::size_t most = 4096;

  static std::string key(item const& i, std::string_view mailbox) {
    return i.imap->account + "\n" + model::canonical_mailbox(mailbox);
  }
  static std::uint32_t last_of(item const& i) {
    auto const& view = i.imap->view;
    return view.size() == 0 ? 0 : view.at(std::uint32_t(view.size())).serial;
  }

  void sent(item const& i) {
    auto& mine = sessions_[i.session];
    auto const& c = i.command->sent;
    if (c.name == "NOTIFY") mine.counts.clear();
    if (c.name == "NOOP") mine.polled = last_of(i);
    if (c.name == "APPEND" || c.name == "COPY" || c.name == "MOVE" || c.name == "REPLACE") mine.brings = true;
    if (c.name == "SUBSCRIBE" || c.name == "RENAME")
      for (auto const& a : c.arguments) subscribed_.insert(key(i, a.text));
  }

  // --- what comes unasked --------------------------------------------------------------------------------------------

  void told(item const& i, report& out) {
    auto const& r = *i.response;
    if (r.is("STATUS")) counted(i);
    if (r.is("LIST")) listed(i);
    if (r.is("LSUB")) subscribed(i, out);
    if (r.is("FETCH")) fetched(i, out);
    if (!i.imap->in_progress.empty() || !i.imap->notify.in_force()) return;
    bool const news = r.is("STATUS") || r.is("LIST") || r.is("METADATA") || r.is("EXISTS") || r.is("EXPUNGE") ||
                      r.is("FETCH") || r.is("VANISHED");
    if (news && i.imap->notify.in_force()->groups.empty())
      out.add(i, {i.imap->notify.overflown() ? "after-overflow" : "after-none",
                  fmt::format("{} between commands, and nothing is asked for any more", r.name),
                  {},
                  2});
  }

  void counted(item const& i) {
    if (!i.imap->runs("NOTIFY")) return;
    auto& items = sessions_[i.session].counts[model::canonical_mailbox(i.response->args().text())];
    for (auto v = i.response->args().next().first(); v; v = v.next().next()) items.insert(base::to_upper(v.raw()));
  }

  void listed(item const& i) {
    if (i.imap->runs("LIST")) return;
    auto const attributes = i.response->args();
    auto const name = attributes.next().next().text();
    bool said = false;
    for (auto v = attributes.first(); v; v = v.next()) {
      if (v.names("\\NoAccess") && i.imap->runs("NOTIFY"))
        sessions_[i.session].counts[model::canonical_mailbox(name)] = {"\\NOACCESS"};
      said = said || v.names("\\Subscribed") || v.names("\\NonExistent");
    }
    if (i.imap->notified && !said && unsaid_.size() < most) unsaid_.insert(key(i, name));
    if (said) unsaid_.erase(key(i, name));
  }

  /// What nobody has subscribed the server has: it had to say so.
  void subscribed(item const& i, report& out) {
    auto const name = i.response->args().next().next();
    auto const k = key(i, name.text());
    for (auto v = i.response->args().first(); v; v = v.next())
      if (v.names("\\Noselect")) return;
    if (!unsaid_.contains(k) || subscribed_.contains(k) || !made_.contains(k)) return;
    unsaid_.erase(k);
    out.add(i, {"subscribed-unsaid",
                fmt::format("{} is subscribed, by nobody's command, and was told without \\Subscribed",
                            base::printable(name.text())),
                {"* LIST (\\Subscribed) ... when it was made"},
                name.offset()});
  }

  void fetched(item const& i, report& out) {
    auto const* asked = i.imap->notify.in_force() ? i.imap->notify.in_force()->selected() : nullptr;
    if (!asked || i.response->number < 1 || i.response->number > i.imap->view.size()) return;
    auto& mine = sessions_[i.session];
    auto const serial = i.imap->view.at(i.response->number).serial;
    std::set<std::string> items;
    model::for_each_item(*i.response, [&](auto name, auto) { items.insert(model::canonical_label(name.raw())); });
    if (serial > mine.known) {
      if (mine.got.size() < most) mine.got[serial].merge(items);
      return;
    }
    bool const news = items.contains("FLAGS") || items.contains("ANNOTATION");
    if (i.imap->in_progress.empty() && asked->asks("FLAGCHANGE") && !(news && items.contains("UID")))
      out.add(i, {"news-lack",
                  fmt::format("news of message {} without {}", i.response->number, news ? "UID" : "FLAGS"),
                  {"UID and FLAGS"},
                  2});
  }

  // --- answers -------------------------------------------------------------------------------------------------------

  static void begin(item const& i, session& mine) {
    mine.known = last_of(i);
    mine.got.clear();
    mine.brings = i.imap->in_progress.size() > 1;  // what was sent behind it may be
  }

  void answered(item const& i, report& out) {
    auto const& c = *i.command;
    auto& mine = sessions_[i.session];
    bool const ok = i.response->condition == status::ok;
    if (ok && c.is("CREATE") && made_.size() < most) made_.insert(key(i, c.sent.arg(0)));
    if (ok && (c.is("SELECT") || c.is("EXAMINE"))) begin(i, mine);
    if (ok && c.is("NOOP")) arrivals(i, mine, out);
    if (!c.is("NOTIFY")) return;
    auto const asked = notify_request::of(c.sent);
    if (!asked) return;
    if (!ok) return refused(i, *asked, mine, out);
    begin(i, mine);
    for (auto const& g : asked->groups) mine.accepted.insert(g.events.begin(), g.events.end());
    for (auto const& g : asked->groups)
      if (g.unpaired()) {
        bool const alone = !g.asks("MESSAGENEW") && !g.asks("MESSAGEEXPUNGE");
        out.add(i, {alone ? "flags-alone" : "unpaired",
                    fmt::format("NOTIFY is granted, and {} lacks an event that belongs to it", g.filter),
                    {"BAD"},
                    0});
      }
    if (asked->status && i.imap->in_progress.size() == 1) counts(i, *asked, mine, out);
  }

  void refused(item const& i, notify_request const& asked, session const& mine, report& out) const {
    auto const& r = *i.response;
    bool unknown = false, all_listed = true;
    std::set<std::string> listed;
    if (r.code == "BADEVENT")
      for (auto v = r.code_args().first(); v; v = v.next()) listed.insert(base::to_upper(v.raw()));
    for (auto const& g : asked.groups)
      for (auto const& e : g.events) unknown = unknown || !is_known(e), all_listed = all_listed && listed.contains(e);
    bool const odd = std::ranges::any_of(asked.groups, [](auto const& g) { return g.unpaired(); });
    if (r.condition == status::bad && unknown && !odd && !wire::imap::command_violation(i.command->sent.octets, false))
      out.add(i, {"bad-instead", "an event that the server does not have is BAD", {"NO [BADEVENT (...)]"}, 0});
    if (r.code != "BADEVENT") return;
    for (auto const& e : mine.accepted)
      if (!listed.contains(e))
        return out.add(i, {"badevent-lacks", fmt::format("BADEVENT lacks {}, which was granted before", e), {e}, 0});
    if (all_listed) out.add(i, {"badevent-names", "BADEVENT lists all that was asked for", {"OK"}, 0});
  }

  /// Each mailbox that is named, is there and is not selected was told of, and all that belongs to what is asked.
  void counts(item const& i, notify_request const& asked, session const& mine, report& out) const {
    for (auto const& g : asked.groups) {
      if (g.of_selected() || !g.of_messages()) continue;
      for (auto const& name : meant(i, g, out)) {
        auto const at = mine.counts.find(name);
        if (at == mine.counts.end())
          return out.add(
              i, {"status-missing", fmt::format("no STATUS of {}", base::printable(name)), {"* STATUS ..."}, 0});
        if (at->second.contains("\\NOACCESS")) continue;
        auto const lacks = [&](std::string_view item, std::string_view row) {
          if (at->second.contains(std::string(item))) return false;
          out.add(i, {"status-items",
                      fmt::format("STATUS of {} lacks {}", base::printable(name), item),
                      {std::string(item)},
                      0,
                      {},
                      row});
          return true;
        };
        bool const modseqs = g.asks("FLAGCHANGE") && (i.imap->can("CONDSTORE") || i.imap->can("QRESYNC"));
        if (g.asks("MESSAGENEW") && (lacks("MESSAGES", "RFC5465-3.1-03") || lacks("UIDNEXT", "RFC5465-3.1-03") ||
                                     lacks("UIDVALIDITY", "RFC5465-3.1-03")))
          return;
        if (modseqs && (lacks("UIDVALIDITY", "RFC5465-3.1-04") || lacks("HIGHESTMODSEQ", "RFC5465-3.1-04"))) return;
      }
    }
  }

  /// Mailboxes that a group surely means.
  std::vector<std::string> meant(item const& i, notify_request::group const& g, report& out) const {
    std::vector<std::string> all;
    auto const d = out.together().operation_of(i);
    if (g.filter == "PERSONAL" || g.filter == "INBOXES") all.emplace_back("INBOX");
    if (g.filter == "MAILBOXES" || g.filter == "SUBTREE") all = g.names;
    std::erase_if(all, [&](std::string const& name) {
      if (name == i.imap->mailbox && i.imap->state == model::imap_state::selected) return true;
      if (name == "INBOX") return false;
      auto const* n = names_.find(i.imap->account, name);
      return !d || !n || n->made.empty() || names_.changing(nullptr) ||
             n->exists.can_be(false, d->from, out.together().now() + 1, i.session).possible;
    });
    return all;
  }

  /// After NOOP, of what EXISTS has told before it.
  static void arrivals(item const& i, session const& mine, report& out) {
    auto const& in_force = i.imap->notify.in_force();
    auto const* asked = in_force ? in_force->selected() : nullptr;
    if (!asked || asked->items.empty() || mine.brings || i.imap->in_progress.size() != 1) return;
    if (mine.got.size() >= most || i.imap->state != model::imap_state::selected) return;
    for (auto const& s : i.imap->view.slots()) {
      if (s.serial <= mine.known || s.serial > mine.polled || (s.uid && out.together().may_be_gone(i.session, s.uid)))
        continue;
      auto const at = mine.got.find(s.serial);
      for (auto const& item : asked->items)
        if (at == mine.got.end() || !at->second.contains(item))
          return out.add(i, {"arrival-untold",
                             fmt::format("a new message was told by EXISTS, and its {} was not", item),
                             {fmt::format("* n FETCH (... {} ...) behind EXISTS", item)},
                             0});
    }
  }

  model::hierarchy names_;
  per_session<session> sessions_{this};
  std::set<std::string> unsaid_, subscribed_, made_;  ///< by account and name
};

checker_kind const kind{
    "notify",
    "NOTIFY is granted or refused as it must be, and what comes unasked is what was asked for.",
    {{"status-missing", "RFC5465-3.1-02", "NOTIFY SET STATUS tells the counts of each mailbox before its OK."},
     {"status-items", "RFC5465-3.1-03", "They have what the events need.", "RFC5465-3.1-04"},
     {"after-none", "RFC5465-3.1-07", "After NOTIFY NONE nothing is told between commands."},
     {"after-overflow", "RFC5465-5.8-01", "After NOTIFICATIONOVERFLOW nothing is told between commands."},
     {"bad-instead", "RFC5465-3.1-06", "An event that the server does not have is refused by NO."},
     {"badevent-lacks", "RFC5465-3.1-06", "BADEVENT lists all events that the server has."},
     {"badevent-names", "RFC5465-3.1-06", "BADEVENT comes where an event was asked for that is not in its list."},
     {"unpaired", "RFC5465-5-03", "MessageNew and MessageExpunge are asked for together, or it is BAD."},
     {"flags-alone", "RFC5465-5-02", "FlagChange is asked for with both, or it is BAD."},
     {"news-lack", "RFC5465-5.1-01", "A change of flags is told with UID and FLAGS."},
     {"arrival-untold", "RFC5465-5.2-01", "A new message is told with what was asked for."},
     {"subscribed-unsaid", "RFC5465-5.4-02", "What the server subscribes by itself it tells with \\Subscribed."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<notify>(); },
    true,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::numbers | told::messages | told::mailboxes | told::capabilities | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::notify
