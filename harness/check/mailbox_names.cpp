// mailbox_names: which mailboxes exist, and which are subscribed, is explained by what all sessions did: of two that
// create the same name one is refused, what was created is listed, what was deleted is not there to be used (RFC 3501
// §6.3.3 to §6.3.9; RFC 5258 §3).
#include <fmt/format.h>

#include "base/text.hpp"
#include "check/told_together.hpp"
#include "model/append_request.hpp"
#include "model/ext/normal_form.hpp"
#include "model/ext/utf8_names.hpp"
#include "model/hierarchy.hpp"
#include "model/list_pattern.hpp"

namespace mailrig::check::mailbox_names {
namespace {

using model::interval_register;
using model::operation_ptr;
using wire::imap::status;

class mailbox_names final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (!i.imap) return;
    auto const now = out.together().now() + 1;
    names_.see(i, now);
    if (i.kind == item_kind::command && (i.command->is("LIST") || i.command->is("LSUB"))) told_[i.session].clear();
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    if (r.name == "LIST" || r.name == "LSUB") take(i);
    if (r.kind == wire::imap::response_kind::tagged && i.command) judge_answer(i, out);
    names_.answered(i, now);
  }

 private:
  struct entry {
    bool no_select = false, no_children = false;
  };
  /// The LIST or LSUB that is compared.
  struct query {
    model::operation const& by;
    model::list_request asked;      ///< its patterns with the reference before them
    std::optional<char> delimiter;  ///< nothing: not known, or there are no levels

    bool matches(std::string_view mailbox) const { return asked.matches(mailbox, delimiter); }
    /// "INBOX" in upper case must match; whether "inbox" does, each server says for itself.
    bool means_inbox() const {
      return std::ranges::any_of(asked.patterns, [&](auto const& p) {
        return p == base::to_upper(p) && model::matches(p, "INBOX", delimiter);
      });
    }
    bool goes_up() const { return !asked.several && asked.patterns.front().ends_with('%'); }
  };

  void take(item const& i) {
    entry e;
    for (auto f = i.response->args().first(); f; f = f.next()) {
      e.no_select = e.no_select || f.names("\\Noselect") || f.names("\\NonExistent");
      e.no_children = e.no_children || f.names("\\HasNoChildren") || f.names("\\Noinferiors");
    }
    told_[i.session][model::told_mailbox(*i.imap, i.response->args().next().next().text())] = e;
  }

  void judge_answer(item const& i, report& out) {
    auto const d = names_.operation_of(i);
    if (!d) return;
    auto const& c = i.command->sent;
    bool const ok = i.response->condition == status::ok;
    if (c.name == "LIST" || c.name == "LSUB") return ok ? compare(i, *d, out) : void();
    if (!model::changes_names(c)) return used(i, *d, ok, out);
    auto const* n = names_.find(i.imap->account, c.arg(0));
    if (!ok || !n) return;
    if (c.name == "CREATE")
      twice(i, d, n->made, {&n->unmade, &n->unmade_with}, "created", out);
    else
      twice(i, d, n->unmade, {&n->made, &n->made_with}, "taken away", out);
  }

  /// A mailbox with inferiors stays as a name when it is deleted, and may be deleted once more when they are gone
  /// (RFC 3501 §6.3.4).
  bool may_have_stayed(item const& i, model::operation const& removal) const {
    auto const mailbox = model::canonical_mailbox(i.command->sent.arg(0));
    bool out = false;
    names_.each(i.imap->account, [&](std::string_view other, auto const& n) {
      out = out ||
            (model::is_below(other, mailbox) && n.exists.can_be(true, removal.from, removal.to, removal.by).possible);
    });
    return out;
  }

  /// Twice with OK, and nothing of the other kind that can have come between.
  void twice(item const& i, operation_ptr const& d, std::vector<operation_ptr> const& same,
             std::initializer_list<std::vector<operation_ptr> const*> others, std::string_view what, report& out) {
    auto const to = out.together().now() + 1;
    if (out.together().is_shared(i.imap->account, i.command->sent.arg(0))) return;
    for (auto const& before : same) {
      auto const first = std::min(before->from, d->from), last = std::max(before->to, to);
      bool const between = std::ranges::any_of(others,
                                               [&](auto const* other) {
                                                 return std::ranges::any_of(*other, [&](operation_ptr const& o) {
                                                   return o->from < last && o->to > first;
                                                 });
                                               }) ||
                           names_.changing(d.get());  // what is not answered may have come between too
      if (between || (what != "created" && may_have_stayed(i, *before))) continue;
      remark r{what == "created" ? "created-twice" : "removed-twice",
               fmt::format("{} was {} twice with OK", base::printable(i.command->sent.arg(0)), what),
               {"NO for one of them"},
               0,
               {}};
      tell(r.story, before);
      tell(r.story, d);
      return out.add(i, std::move(r));
    }
  }

  /// SELECT, STATUS, APPEND ... with OK: the mailbox existed meanwhile; NO [NONEXISTENT]: it did not.
  void used(item const& i, model::operation const& d, bool ok, report& out) {
    auto const& c = i.command->sent;
    bool const brings = model::brings_mail(c);
    auto const to = brings ? model::target_of(c) : c.arg(0);
    bool const names = brings || c.name == "SELECT" || c.name == "EXAMINE" || c.name == "STATUS";
    auto const* n = names && !to.empty() ? names_.find(i.imap->account, to) : nullptr;
    auto const code = i.response->code;
    // Of REPLACE it may be the message that is not there.
    bool const absent = !ok && ((code == "NONEXISTENT" && c.name != "REPLACE") || code == "TRYCREATE");
    if (!n || (!ok && !absent)) return;
    judge(i, n->exists, !absent, d, absent ? "denied" : "ghost", to, out);
  }

  bool judge(item const& i, interval_register const& reg, bool value, model::operation const& d, std::string_view rule,
             std::string_view mailbox, report& out) {
    if (out.together().is_shared(i.imap->account, mailbox)) return true;
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

  static std::string_view rule(query const& q, std::string_view plain) {
    if (!q.asked.reference.empty()) return "reference";
    return q.asked.several && plain == "unlisted" ? "several" : plain;
  }

  bool must(interval_register const& reg, model::operation const& d, item const& i, report& out) const {
    return !reg.can_be(false, d.from, out.together().now() + 1, i.session).possible;
  }

  /// The names that LIST or LSUB asks for, as patterns; nothing where that is for the server to say.
  static std::optional<model::list_request> asked_for(wire::imap::command const& c, std::optional<char> delimiter) {
    auto out = model::list_request::of(c);
    if (!out || out->is_only("")) return std::nullopt;
    return model::with_reference(std::move(*out), delimiter);
  }

  /// LIST and LSUB: each name that is known to be there and matches must be told, and none that is not there.
  void compare(item const& i, model::operation const& d, report& out) {
    auto const& c = i.command->sent;
    auto const told_delimiter = names_.delimiter(i.imap->account);
    auto const delimiter = told_delimiter == '\0' ? std::nullopt : told_delimiter;
    auto const asked = asked_for(c, delimiter);
    if (!asked) return;
    query const q{d, *asked, delimiter};
    // Which names "%" stands for is not known before the delimiter is, but for those that can hold none.
    bool const blind = !told_delimiter && std::ranges::any_of(q.asked.patterns, [](auto const& p) {
      return p.find('%') != std::string::npos;
    });
    bool good = true;
    names_.each(i.imap->account, [&](std::string_view mailbox, model::hierarchy::name const& n) {
      if (!good || (blind && mailbox != "INBOX")) return;
      if (q.matches(mailbox))
        good = c.name == "LSUB" ? subscribed(i, q, mailbox, n, out) : listed(i, q, mailbox, n, out);
      else if (c.name == "LSUB" && q.goes_up())
        good = !delimiter || parent(i, q, mailbox, n, out);
    });
    if (c.name == "LSUB" && good) carried(i, q, out);
    if (c.name != "LIST" || !delimiter) return;
    for (auto const& [mailbox, e] : told_[i.session])
      if (good && e.no_children) good = childless(i, q, mailbox + *delimiter, out);
  }

  bool listed(item const& i, query const& q, std::string_view mailbox, model::hierarchy::name const& n, report& out) {
    auto const& told = told_[i.session];
    auto const at = told.find(std::string(mailbox));
    bool const there = at != told.end();
    if (there && at->second.no_select) {
      // It was opened, and nothing has happened to it since.
      if (!n.opened || names_.changing(nullptr) || !must(n.exists, q.by, i, out)) return true;
      out.add(i, {"no-select", fmt::format("{} is \\Noselect, and was selected before", base::printable(mailbox)), {}});
      return false;
    }
    if (!there && mailbox == "INBOX" && n.opened && q.means_inbox()) {
      out.add(i, {"unlisted", "INBOX was selected, matches, and is not listed", {"* LIST (...) ... INBOX"}});
      return false;
    }
    if (!there && model::has_other_forms(mailbox)) return true;
    return judge(i, n.exists, there, q.by, rule(q, there ? "listed" : "unlisted"), mailbox, out);
  }

  /// \HasNoChildren and \Noinferiors: nothing is known to be below.
  bool childless(item const& i, query const& q, std::string const& prefix, report& out) {
    bool good = true;
    names_.each(i.imap->account, [&](std::string_view other, model::hierarchy::name const& n) {
      if (!good || !other.starts_with(prefix) || other.size() == prefix.size() || !must(n.exists, q.by, i, out)) return;
      good = false;
      out.add(i, {"children",
                  fmt::format("{} says that it has no children, and {} is there",
                              base::printable(prefix.substr(0, prefix.size() - 1)), base::printable(other)),
                  {}});
    });
    return good;
  }

  bool subscribed(item const& i, query const& q, std::string_view mailbox, model::hierarchy::name const& n,
                  report& out) {
    auto const& told = told_[i.session];
    auto const at = told.find(std::string(mailbox));
    // "%" brings superiors that are not subscribed, with \Noselect (RFC 3501 §6.3.9); some servers tell of them when
    // they are named, too. What is subscribed and cannot be selected looks the same.
    if (at != told.end() && at->second.no_select) return true;
    bool const there = at != told.end();
    bool const good =
        judge(i, n.subscribed, there, q.by, rule(q, there ? "unsubscribed" : "subscription"), mailbox, out);
    if (there || mailbox != "INBOX" || q.means_inbox())
      names_.told_subscribed(i.imap->account, mailbox, names_.operation_of(i), there);
    return good;
  }

  /// RENAME of what is subscribed: the old name stays subscribed, or the new one is; that neither is nobody asked for.
  void carried(item const& i, query const& q, report& out) {
    auto const& told = told_[i.session];
    for (auto const& k : names_.carried_subscriptions(i.imap->account)) {
      if (!k.by->good || k.by->to >= q.by.from || !q.matches(k.from) || !q.matches(k.to)) continue;
      if (told.contains(model::canonical_mailbox(k.from)) || told.contains(model::canonical_mailbox(k.to))) continue;
      remark r{"subscription",
               fmt::format("{} was subscribed and renamed; LSUB tells of neither name", base::printable(k.from)),
               {fmt::format("* LSUB () ... {} or {}", base::printable(k.from), base::printable(k.to))},
               0,
               {}};
      tell(r.story, k.by);
      return out.add(i, std::move(r));
    }
  }

  /// LSUB "%": of a name below that is subscribed, the superior that matches is told.
  bool parent(item const& i, query const& q, std::string_view mailbox, model::hierarchy::name const& n, report& out) {
    if (!must(n.subscribed, q.by, i, out) || out.together().is_shared(i.imap->account, mailbox)) return true;
    for (auto end = mailbox.rfind(*q.delimiter); end != mailbox.npos && end > 0;
         end = mailbox.rfind(*q.delimiter, end - 1)) {
      auto const superior = mailbox.substr(0, end);
      if (!q.matches(superior)) continue;
      if (told_[i.session].contains(model::canonical_mailbox(superior))) return true;
      out.add(i, {"superior",
                  fmt::format("{} is subscribed, and LSUB does not tell of {}", base::printable(mailbox),
                              base::printable(superior)),
                  {fmt::format("* LSUB (\\Noselect) ... {}", base::printable(superior))}});
      return false;
    }
    return true;
  }

  model::hierarchy names_;
  per_session<std::map<std::string, entry>> told_{this};
};

checker_kind const kind{
    "mailbox_names",
    "Which mailboxes exist and are subscribed is explained by what all sessions did.",
    {{"created-twice", "RFC3501-6.3.3-01", "Of two that create a name one is refused.", "RFC3501-6.3.5-01"},
     {"removed-twice", "RFC3501-6.3.4-01", "Of two that delete or rename a mailbox one is refused."},
     {"ghost", "RFC3501-6.3.4-01", "What was deleted or renamed cannot be used.", "RFC3501-6.3.1-06"},
     {"denied", "RFC3501-6.3.3-01", "What was created is there."},
     {"listed", "RFC3501-6.3.4-01", "What was deleted is not listed."},
     {"unlisted", "RFC3501-6.3.3-01", "What was created is listed.", "RFC3501-6.3.8-04 RFC3501-6.3.8-06"},
     {"several", "RFC5258-3-01", "What one of several patterns matches is listed."},
     {"reference", "RFC3501-6.3.8-08", "A reference that is a level of the hierarchy goes before the pattern."},
     {"no-select", "RFC3501-6.3.8-10", "What can be selected is not \\Noselect."},
     {"children", "RFC3348-3-06", "A name with children does not say that it has none."},
     {"subscription", "RFC3501-6.3.6-01", "What was subscribed is told by LSUB, in every session.",
      "RFC3501-6.3.6-03 RFC3501-6.3.9-04 RFC3501-6.3.5-09"},
     {"superior", "RFC3501-6.3.9-02", "LSUB with % tells of the superior of what is subscribed."},
     {"unsubscribed", "RFC3501-6.3.7-01", "What nobody subscribed, or somebody unsubscribed, is not told by LSUB.",
      "RFC3501-6.3.6-01"}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<mailbox_names>(); },
    true,
    kinds::everything,
    told::mailboxes | told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::mailbox_names
