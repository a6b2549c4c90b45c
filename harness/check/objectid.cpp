// objectid: a mailbox, a message and a thread each have one name, and no two have the same (RFC 8474 §4, §5).
#include <fmt/format.h>

#include <map>
#include <set>

#include "base/rng.hpp"
#include "check/message_place.hpp"
#include "model/ext/normal_form.hpp"
#include "model/fetch_request.hpp"
#include "model/mail_truth.hpp"

namespace mailrig::check::objectid {
namespace {

using wire::imap::status;

// --- messages --------------------------------------------------------------------------------------------------------

class emails {
 public:
  void told(item const& i, report& out) {
    if (i.imap->selecting() || i.imap->uidvalidity == 0) return;
    auto const uid = model::told_uid(*i.imap, *i.response);
    std::optional<std::string> email, thread;
    std::size_t email_at = 0, thread_at = 0;
    model::for_each_item(*i.response, [&](auto name, auto data) {
      if (name.names("EMAILID")) email = data.first().raw(), email_at = data.offset();
      if (name.names("THREADID")) thread = data.is_nil() ? std::string_view() : data.first().raw();
      if (name.names("THREADID")) thread_at = data.offset();
    });
    if (email) distinct(i, *email, true, email_at, out);
    if (thread && !thread->empty()) distinct(i, *thread, false, thread_at, out);
    if (email && thread) agree(i, *email, *thread, thread_at, out);
    if (uid == 0 || out.mail().disturbed(i.session)) return;
    auto const at = message_place::here(i, uid);
    if (email) email_told(i, at, *email, email_at, out);
    if (thread) thread_told(i, at, *thread, thread_at, out);
    if (threads_.size() > message_place::most) threads_.clear(), emails_.clear(), copies_.clear(), contents_.clear();
  }

  void copied(item const& i) {
    each_copied(i, [&](auto const& source, auto const& copy, auto const&) { copies_[copy] = source; });
  }

 private:
  void distinct(item const& i, std::string const& id, bool of_email, std::size_t offset, report& out) {
    if ((of_email ? thread_ids_ : email_ids_).contains(id))
      out.add(i, {"both", fmt::format("{} names a message and a thread", id), {"different names"}, offset});
    (of_email ? email_ids_ : thread_ids_).insert(id);
  }

  /// All of one EMAILID are of one thread.
  void agree(item const& i, std::string const& email, std::string const& thread, std::size_t offset, report& out) {
    auto const [at, fresh] = thread_of_.emplace(email, thread);
    if (!fresh && at->second != thread)
      out.add(i, {"thread-differs",
                  fmt::format("THREADID of EMAILID {} is {}, and was {}", email, shown(thread), shown(at->second)),
                  {shown(at->second)},
                  offset});
  }
  static std::string shown(std::string const& thread) { return thread.empty() ? "NIL" : "(" + thread + ")"; }

  void email_told(item const& i, message_place const& at, std::string const& email, std::size_t offset, report& out) {
    auto const [known, fresh] = emails_.emplace(at, email);
    if (!fresh && known->second != email)
      return out.add(i, {"changed",
                         fmt::format("EMAILID of UID {} is {}, and was {}", at.uid, email, known->second),
                         {known->second},
                         offset});
    auto source = copies_.find(at);
    if (source != copies_.end())
      if (auto const of = emails_.find(source->second); of != emails_.end() && of->second != email)
        out.add(i, {"copied",
                    fmt::format("EMAILID of UID {} is {}, and that of its source {}", at.uid, email, of->second),
                    {of->second},
                    offset});
    content(i, at.uid, email, offset, out);
  }

  /// What a FETCH has told of a message, or a client has put there, is of one EMAILID only.
  void content(item const& i, std::uint32_t uid, std::string const& email, std::size_t offset, report& out) {
    auto const* m = out.mail().find(*i.imap, {uid, 0});
    if (!m) return;
    auto const [known, fresh] = contents_.emplace(email, base::digest64(m->octets));
    if (!fresh && known->second != base::digest64(m->octets))
      out.add(i, {"content", fmt::format("EMAILID {} names two different messages", email), {"one name each"}, offset});
  }

  void thread_told(item const& i, message_place const& at, std::string const& thread, std::size_t offset, report& out) {
    auto const [known, fresh] = threads_.emplace(at, thread);
    // NIL is no name yet.
    if (!fresh && known->second.empty()) known->second = thread;
    if (!fresh && known->second != thread)
      out.add(i, {"thread-changed",
                  fmt::format("THREADID of UID {} is {}, and was {}", at.uid, shown(thread), known->second),
                  {shown(known->second)},
                  offset});
  }

  std::map<message_place, std::string> emails_, threads_;
  std::map<message_place, message_place> copies_;  ///< of which message each is a copy
  std::map<std::string, std::string> thread_of_;   ///< by EMAILID
  std::map<std::string, std::uint64_t> contents_;  ///< octets, by EMAILID
  std::set<std::string> email_ids_, thread_ids_;
};

// --- mailboxes -------------------------------------------------------------------------------------------------------

class mailboxes {
 public:
  explicit mailboxes(checker* owner) : asked_(owner), carried_(owner) {}

  void asked(item const& i) {
    auto const& c = *i.command;
    if (i.imap->in_progress.size() == 1) asked_[i.session] = changes();
    auto const from = at_.find(message_place::key(i, c.sent.arg(0)));
    auto id = c.is("RENAME") && from != at_.end() && !is_inbox(from->first) ? from->second.id : std::string();
    names_change(i);
    carried_[i.session] = {std::move(id), changes()};
  }

  void answered(item const& i) {
    auto const& c = *i.command;
    auto const [id, since] = std::exchange(carried_[i.session], {});
    bool const alone = since == changes();
    names_change(i);
    // With its messages it takes its name along.
    if (c.is("RENAME") && i.response->condition == status::ok && alone && !id.empty())
      at_[message_place::key(i, c.sent.arg(1))] = {id, 0, true};
    if (i.imap->in_progress.size() > 1) asked_[i.session] = std::string::npos;
  }

  void told(item const& i, std::string_view mailbox, std::uint64_t uidvalidity, std::string const& id,
            std::size_t offset, report& out) {
    // What was asked before names changed may be told of a mailbox that has another name by now.
    if (asked_[i.session] != changes()) return;
    auto const where = message_place::key(i, mailbox);
    auto& now = at_[where];
    // A greater UIDVALIDITY is another mailbox as far as this goes (§4).
    bool const same = now.uidvalidity == 0 || uidvalidity == 0 || now.uidvalidity == uidvalidity;
    if (!now.id.empty() && same && now.id != id)
      out.add(i, {"mailbox-changed",
                  fmt::format("MAILBOXID of {} is {}, and was {}", mailbox, id, now.id),
                  {now.id},
                  offset,
                  {},
                  now.renamed                       ? "RFC8474-4-04"
                  : renames_ > 0 && is_inbox(where) ? "RFC8474-4-05"
                                                    : ""});
    now = {id, uidvalidity != 0 ? uidvalidity : now.uidvalidity};
    owned(i, where, mailbox, now.uidvalidity, id, offset, out);
  }

 private:
  struct owner {
    std::string where;
    std::uint64_t uidvalidity = 0;
    std::size_t renames = 0, removals = 0;
  };
  struct named {
    std::string id;
    std::uint64_t uidvalidity = 0;
    bool renamed = false;  ///< under another name it was told
  };

  std::size_t changes() const { return renames_ + removals_; }
  static bool is_inbox(std::string_view where) { return where.ends_with("\nINBOX"); }

  void names_change(item const& i) {
    auto const& c = *i.command;
    if (c.is("RENAME")) ++renames_;
    if (c.is("DELETE")) ++removals_;
    // What is made anew has a name of its own; INBOX stays what it is.
    if (c.is("CREATE")) at_.erase(message_place::key(i, c.sent.arg(0)));
    if (c.is("RENAME") || c.is("DELETE")) std::erase_if(at_, [](auto const& m) { return !is_inbox(m.first); });
  }

  void owned(item const& i, std::string const& where, std::string_view mailbox, std::uint64_t uidvalidity,
             std::string const& id, std::size_t offset, report& out) {
    if (model::has_other_forms(mailbox)) return;
    auto& before = owners_[i.imap->account + "\n" + id];
    bool const moved = before.renames != renames_;
    bool const other_name = !before.where.empty() && before.where != where;
    bool const made_anew =
        before.where == where && before.uidvalidity != 0 && uidvalidity != 0 && before.uidvalidity != uidvalidity;
    if (!moved && other_name && before.removals == removals_)
      out.add(i, {"shared",
                  fmt::format("MAILBOXID {} is that of {} and of {}", id, mailbox,
                              before.where.substr(before.where.find('\n') + 1)),
                  {"one name each"},
                  offset});
    else if (!moved && (other_name || made_anew))
      out.add(i, {"reused", fmt::format("MAILBOXID {} of {} was another's", id, mailbox), {"a new name"}, offset});
    before = {where, uidvalidity, renames_, removals_};
  }

  std::map<std::string, named> at_;      ///< by account and name
  std::map<std::string, owner> owners_;  ///< by account and MAILBOXID
  std::size_t renames_ = 0, removals_ = 0;
  per_session<std::size_t> asked_;                            ///< changes of names when its command was sent
  per_session<std::pair<std::string, std::size_t>> carried_;  ///< MAILBOXID of what its RENAME takes elsewhere
};

class objectid final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind == item_kind::command) return asked(i);
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    if (r.code == "COPYUID") emails_.copied(i);
    if (r.is("FETCH")) emails_.told(i, out);
    if (r.is("STATUS")) status_told(i, out);
    if (r.code == "MAILBOXID" && i.imap->selecting()) opened_[i.session] = r.code_args().first().raw();
    if (i.command && r.kind == wire::imap::response_kind::tagged) answered(i, out);
  }

 private:
  void asked(item const& i) {
    if (i.command->is("SELECT") || i.command->is("EXAMINE")) opened_[i.session].clear();
    mailboxes_.asked(i);
  }

  void status_told(item const& i, report& out) {
    auto const name = i.response->args();
    std::string id;
    std::uint64_t uidvalidity = 0;
    std::size_t offset = 0;
    for (auto v = name.next().first(); v; v = v.next().next()) {
      if (v.names("MAILBOXID")) id = v.next().first().raw(), offset = v.next().offset();
      if (v.names("UIDVALIDITY")) uidvalidity = v.next().number().value_or(0);
    }
    if (!id.empty()) mailboxes_.told(i, name.text(), uidvalidity, id, offset, out);
  }

  void answered(item const& i, report& out) {
    mailboxes_.answered(i);
    auto const& r = *i.response;
    auto const& c = *i.command;
    bool const offered = i.imap->capabilities_known && i.imap->can("OBJECTID");
    if (r.condition != status::ok) return;
    auto const name = c.sent.arg(0);
    // A delimiter at its end is no part of the name (RFC 3501 §6.3.3).
    bool const ends_plainly = name.find_last_of("/.:\\^|") + 1 != name.size();
    if (c.is("CREATE") && r.code == "MAILBOXID" && ends_plainly)
      mailboxes_.told(i, name, 0, std::string(r.code_args().first().raw()), r.code_args().offset(), out);
    if (c.is("CREATE") && offered && r.code != "MAILBOXID")
      out.add(i, {"create-untold", {}, {"OK [MAILBOXID (...)]"}, 0});
    if (!c.is("SELECT") && !c.is("EXAMINE")) return;
    auto const id = std::exchange(opened_[i.session], {});
    if (!id.empty()) mailboxes_.told(i, name, i.imap->uidvalidity, id, 0, out);
    if (id.empty() && offered) out.add(i, {"select-untold", {}, {"* OK [MAILBOXID (...)]"}, 0});
  }

  emails emails_;
  mailboxes mailboxes_{this};
  per_session<std::string> opened_{this};
};

checker_kind const kind{"objectid",
                        "Mailboxes, messages and threads have one name each, and keep it.",
                        {{"mailbox-changed", "RFC8474-4-01",
                          "A mailbox of one name and UIDVALIDITY keeps its MAILBOXID.", "RFC8474-4-04 RFC8474-4-05"},
                         {"shared", "RFC8474-4-02", "No two mailboxes have one MAILBOXID.", "RFC8474-4-05"},
                         {"reused", "RFC8474-4-03", "A new mailbox has a MAILBOXID that none had before."},
                         {"create-untold", "RFC8474-4.1-01", "CREATE with OK tells MAILBOXID."},
                         {"select-untold", "RFC8474-4.2-01", "SELECT and EXAMINE with OK tell MAILBOXID."},
                         {"changed", "RFC8474-5.1-01", "A message keeps its EMAILID."},
                         {"copied", "RFC8474-5.1-02", "A copy has the EMAILID of its source."},
                         {"content", "RFC8474-5.1-04", "What has one EMAILID has one content.", "RFC8508-4.6-01"},
                         {"thread-differs", "RFC8474-5.2-01", "What has one EMAILID has one THREADID."},
                         {"thread-changed", "RFC8474-5.2-02", "A message keeps its THREADID."},
                         {"both", "RFC8474-5.2-04", "No EMAILID is a THREADID."}},
                        +[]() -> std::unique_ptr<checker> { return std::make_unique<objectid>(); },
                        true,
                        kinds::commands | kinds::untagged | kinds::tagged,
                        told::everything_told};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::objectid
