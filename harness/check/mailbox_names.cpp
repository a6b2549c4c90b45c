// mailbox_names: which mailboxes exist, and which are subscribed, is explained by what all sessions did: of two that
// create the same name one is refused, what was created is listed, what was deleted is not there to be used (RFC 3501
// §6.3.3 to §6.3.9).
#include <fmt/format.h>

#include <map>

#include "base/text.hpp"
#include "check/told_together.hpp"

namespace mailrig::check {
namespace {

using model::deed_ptr;
using model::interval_register;
using wire::imap::response_kind;
using wire::imap::status;

class mailbox_names final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    if (i.kind == item_kind::command) return asked(i, out);
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    if (r.name == "LIST" || r.name == "LSUB") listed_[i.session].push_back(name_of(r));
    if (r.kind == response_kind::tagged && i.command) answered(i, out);
  }

 private:
  struct name {
    interval_register exists, subscribed;
    std::vector<deed_ptr> made, unmade;  ///< CREATE; DELETE and RENAME away
  };

  static std::string listed_name(wire::imap::value v) { return v.next().next().text(); }
  static std::string name_of(wire::imap::response const& r) {
    bool gone = false;
    for (auto f = r.args().first(); f; f = f.next()) gone = gone || f.names("\\Noselect") || f.names("\\NonExistent");
    return (gone ? "-" : "+") + model::canonical_mailbox(listed_name(r.args()));
  }

  name& of(item const& i, std::string_view mailbox) {
    return names_[i.imap->account + "\n" + model::canonical_mailbox(mailbox)];
  }

  static bool is_ours(std::string_view upper) {
    return upper == "CREATE" || upper == "DELETE" || upper == "RENAME" || upper == "SUBSCRIBE" ||
           upper == "UNSUBSCRIBE";
  }

  /// The ledger hears of the command after us, so that the deed is made at its answer, from the place it was sent.
  void asked(item const& i, report& out) {
    auto const& c = i.command->sent;
    auto d = std::make_shared<model::deed>();
    d->from = out.together().now() + 1;
    d->sent = i.at;
    d->by = i.session;
    d->words = base::printable(c.octets.substr(0, c.octets.find_first_of("\r\n")));
    if (auto const space = d->words.find(' '); space != d->words.npos) d->words.erase(0, space + 1);
    if (d->words.size() > 80) d->words.resize(80);
    running_[i.session][i.command->serial] = d;
    if (c.name == "LIST" || c.name == "LSUB") listed_[i.session].clear();
    // "a/" creates "a", where "/" is the delimiter.
    auto const last = c.arg(0).empty() ? '/' : c.arg(0).back();
    if (!is_ours(c.name) || last == '/' || last == '.' || last == '\\') return;
    auto& n = of(i, c.arg(0));
    if (c.name == "CREATE") n.exists.write(d, true, true);
    // INBOX stays when it is renamed, and what is renamed below itself may stay as its own superior (RFC 3501 §6.3.5).
    bool const stays =
        model::canonical_mailbox(c.arg(0)) == "INBOX" || (c.name == "RENAME" && c.arg(1).starts_with(c.arg(0)));
    if (c.name == "DELETE" || c.name == "RENAME") n.exists.write(d, false, !stays);
    if (c.name == "RENAME") {
      of(i, c.arg(1)).exists.write(d, true, true);
      below(i, c.arg(0), d);
      // Whether a subscription follows is the server's choice.
      n.subscribed.write(d, false, false);
      of(i, c.arg(1)).subscribed.write(d, true, false);
    }
    if (c.name == "CREATE" || c.name == "RENAME") above(i, c.name == "CREATE" ? c.arg(0) : c.arg(1), d);
    if (c.name == "SUBSCRIBE" || c.name == "UNSUBSCRIBE") n.subscribed.write(d, c.name == "SUBSCRIBE", true);
  }

  /// What lies below a name that is renamed goes with it, perhaps.
  void below(item const& i, std::string_view parent, deed_ptr const& d) {
    auto const prefix = i.imap->account + "\n" + model::canonical_mailbox(parent);
    for (auto at = names_.upper_bound(prefix); at != names_.end() && at->first.starts_with(prefix); ++at)
      at->second.exists.write(d, false, false);
  }

  /// Superiors that were missing may have been made.
  void above(item const& i, std::string_view mailbox, deed_ptr const& d) {
    for (auto& [key, n] : names_) {
      auto const name = std::string_view(key).substr(key.find('\n') + 1);
      if (key.starts_with(i.imap->account + "\n") && name.size() < mailbox.size() && mailbox.starts_with(name))
        n.exists.write(d, true, false);
    }
  }

  void answered(item const& i, report& out) {
    auto const found = running_[i.session].find(i.command->serial);
    if (found == running_[i.session].end()) return;
    auto const d = found->second;
    running_[i.session].erase(found);
    d->to = out.together().now() + 1;
    d->answered = i.at;
    d->good = i.response->condition == status::ok;
    auto const& c = i.command->sent;
    auto& n = of(i, c.arg(0));
    if (!is_ours(c.name) && c.name != "LIST" && c.name != "LSUB") return used(i, *d, out);
    if (c.name == "LIST" || c.name == "LSUB") return d->good ? compare(i, d, out) : void();
    if (!d->good) return;
    if (c.name == "CREATE") twice(i, d, n.made, n.unmade, "created", out);
    if (c.name == "DELETE" || c.name == "RENAME") twice(i, d, n.unmade, n.made, "taken away", out);
    // By RENAME it may come back under this name: count that as made.
    if (c.name == "RENAME") of(i, c.arg(1)).made.push_back(d);
  }

  /// Twice with OK, and nothing of the other kind that can have come between.
  void twice(item const& i, deed_ptr const& d, std::vector<deed_ptr>& same, std::vector<deed_ptr> const& other,
             std::string_view what, report& out) {
    for (auto const& before : same) {
      auto const first = std::min(before->from, d->from), last = std::max(before->to, d->to);
      bool const between =
          std::ranges::any_of(other, [&](deed_ptr const& o) { return o->from < last && o->to > first; }) ||
          pending_other();
      if (between) continue;
      remark r{what == "created" ? "created-twice" : "removed-twice",
               fmt::format("{} was {} twice with OK", base::printable(i.command->sent.arg(0)), what),
               {"NO for one of them"},
               0,
               {}};
      tell(r.story, before);
      tell(r.story, d);
      out.add(i, std::move(r));
      break;
    }
    same.push_back(d);
    if (same.size() > 32) same.erase(same.begin());
  }

  /// A command on names that is not answered may have come between too.
  bool pending_other() const {
    for (auto const& [session, commands] : running_)
      for (auto const& [serial, d] : commands)
        if (d->words.starts_with("DELETE") || d->words.starts_with("RENAME") || d->words.starts_with("CREATE"))
          return true;
    return false;
  }

  /// SELECT, STATUS, APPEND ... with OK: the mailbox existed meanwhile; NO [NONEXISTENT]: it did not.
  void used(item const& i, model::deed const& d, report& out) {
    auto const& c = i.command->sent;
    auto const to = c.name == "COPY" || c.name == "MOVE" ? c.arg(1) : c.arg(0);
    bool const names = c.name == "SELECT" || c.name == "EXAMINE" || c.name == "STATUS" || c.name == "APPEND" ||
                       c.name == "COPY" || c.name == "MOVE";
    if (!names || to.empty()) return;
    auto const at = names_.find(i.imap->account + "\n" + model::canonical_mailbox(to));
    if (at == names_.end()) return;
    auto const code = i.response->code;
    bool const absent = !d.good && (code == "NONEXISTENT" || code == "TRYCREATE");
    if (!d.good && !absent) return;
    judge(i, at->second.exists, !absent, d, absent ? "denied" : "ghost", to, out);
  }

  bool judge(item const& i, interval_register const& reg, bool value, model::deed const& d, std::string_view rule,
             std::string_view mailbox, report& out) {
    auto const why = reg.can_be(value, d.from, out.together().now() + 1, i.session);
    if (why.possible) return true;
    remark r{
        rule,
        fmt::format("{} of {}: {}", i.command->sent.name, base::printable(mailbox),
                    why.undid ? "after " + why.undid->words + " was answered OK" : std::string("nobody made it so")),
        {},
        0,
        {}};
    tell(r.story, why.undid);
    r.story.push_back(
        {i.at, i.session, fmt::format("{} of {} says otherwise", i.command->sent.name, base::printable(mailbox))});
    out.add(i, std::move(r));
    return false;
  }

  /// LIST and LSUB of a prefix: each name that is known to be there must be told, and no other.
  void compare(item const& i, deed_ptr const& d, report& out) {
    auto const& c = i.command->sent;
    auto const pattern = c.arg(1);
    if (!c.arg(0).empty() || c.arguments.size() != 2 || !pattern.ends_with('*') ||
        pattern.substr(0, pattern.size() - 1).find_first_of("*%") != pattern.npos)
      return;
    auto const start = i.imap->account + "\n" + std::string(pattern.substr(0, pattern.size() - 1));
    bool const lsub = c.name == "LSUB";
    for (auto at = names_.lower_bound(start); at != names_.end() && at->first.starts_with(start); ++at) {
      auto const mailbox = at->first.substr(i.imap->account.size() + 1);
      auto const& told = listed_[i.session];
      bool const plus = std::ranges::find(told, "+" + mailbox) != told.end();
      bool const minus = std::ranges::find(told, "-" + mailbox) != told.end();
      if (lsub) {
        if (!judge(i, at->second.subscribed, plus || minus, *d, plus || minus ? "unsubscribed" : "subscription",
                   mailbox, out))
          return;
      } else if (!minus && !judge(i, at->second.exists, plus, *d, plus ? "listed" : "unlisted", mailbox, out)) {
        return;
      }
    }
  }

  std::map<std::string, name> names_;  ///< by account and name
  std::map<history::session_id, std::map<std::uint32_t, std::shared_ptr<model::deed>>> running_;
  std::map<history::session_id, std::vector<std::string>> listed_;
};

checker_kind const kind{
    "mailbox_names",
    "Which mailboxes exist and are subscribed is explained by what all sessions did.",
    {{"created-twice", "RFC3501-6.3.3-01", "Of two that create a name one is refused.", "RFC3501-6.3.5-01"},
     {"removed-twice", "RFC3501-6.3.4-01", "Of two that delete or rename a mailbox one is refused."},
     {"ghost", "RFC3501-6.3.4-01", "What was deleted or renamed cannot be used.", "RFC3501-6.3.1-06"},
     {"denied", "RFC3501-6.3.3-01", "What was created is there."},
     {"listed", "RFC3501-6.3.4-01", "What was deleted is not listed."},
     {"unlisted", "RFC3501-6.3.3-01", "What was created is listed."},
     {"subscription", "RFC3501-6.3.6-01", "What was subscribed is told by LSUB, in every session.", "RFC3501-6.3.6-03"},
     {"unsubscribed", "RFC3501-6.3.7-01", "What was unsubscribed is not told by LSUB."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<mailbox_names>(); },
    true};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check
