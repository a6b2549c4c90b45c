// ledger: what all sessions on a mail store have said and been told, taken together: which messages each mailbox must,
// may and cannot hold, and which flags. A session's own model knows what one client knows; this knows what an observer
// of all clients knows. Places are counted in items; between two commands under way at once no order is assumed.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <unordered_map>

#include "model/conversation.hpp"
#include "model/interval_register.hpp"

namespace mailrig::model {

/// One message of a mailbox, living or gone.
struct message_life {
  std::uint32_t uid = 0;
  deed_ptr born;       ///< APPEND, COPY or MOVE that named its UID; null: not known
  place seen = never;  ///< first told to anybody
  place gone = never;  ///< certainly removed since: told to somebody, or moved away with OK
  history::session_id seen_by = 0, gone_by = 0;
  bool explained = false;  ///< by an answer that named its UID
  deed_ptr doom;           ///< may have removed it; nobody has looked afresh since

  /// A flag's register, made at first use.
  interval_register& flag(std::string const& name);
  std::map<std::string, interval_register> const& flags() const { return flags_; }
  interval_register const* find(std::string const& name) const;
  /// Flags that it was born with; the others it did not have.
  std::optional<std::set<std::string>> birth_flags;
  void replaced(deed_ptr by, std::set<std::string> const& to, bool sure);
  /// It certainly existed before.
  bool known_before(place p) const { return seen < p || (born && born->good && born->to < p); }

 private:
  struct replacement {
    deed_ptr by;
    bool sure;
  };
  std::map<std::string, interval_register> flags_;
  std::vector<replacement> replaced_;
};

/// Something that may remove messages from a mailbox.
struct removal {
  deed_ptr by;
  bool needs_deleted = false;                    ///< only what has \Deleted
  std::optional<wire::imap::sequence_set> uids;  ///< only these; nothing: any
  std::optional<std::set<std::uint32_t>> only;   ///< only these; nothing: any
  place born_before = never;                     ///< only what was there before: a POP3 session's snapshot
};

/// A mailbox of one UIDVALIDITY.
class mailbox_life {
 public:
  std::string account, name;
  std::uint64_t uidvalidity = 0;
  std::map<std::uint32_t, message_life> messages;
  std::vector<removal> removals;  ///< not answered yet
  /// Flags that were changed with OK: when answered, which UID. The oldest are dropped: `changes_before` of them.
  std::deque<std::pair<place, std::uint32_t>> changes;
  std::size_t changes_before = 0;
  std::uint64_t uidnext = 0;  ///< greatest told
  place uidnext_at = never;
  history::session_id uidnext_by = 0;

  /// Nothing was in it at this place: everything that is there later has come by a deed.
  place empty_at = never;
  std::size_t unexplained = 0;  ///< messages seen whose UID no answer named
  /// Arrivals whose UIDs were not named: how many there may be.
  std::size_t unnamed() const;

  message_life& at(std::uint32_t uid);
  /// What may have removed a message before `until`; null: nothing.
  deed_ptr cause(message_life const& m, place until) const;
  /// A removal is answered: whom it may have met is marked, and the removal is forgotten.
  void settle(deed_ptr const& by);
  deed_ptr last_removal;  ///< the last that was settled
  /// It got its name by RENAME: sessions that have it selected by another name may change it unseen.
  deed_ptr uncertain;
  /// Messages that a fresh look, begun at `since`, must show at `now`.
  std::size_t surely_there(place since, place now) const;
  /// Messages that it may show at most; nothing when arrivals from elsewhere are possible.
  std::optional<std::size_t> at_most(place since, place now) const;

  /// A change of flags that may meet messages which nobody named: those that arrive while it runs.
  struct wild_store {
    deed_ptr by;
    std::string item;  ///< "+FLAGS" ...
    std::set<std::string> flags;
    std::optional<wire::imap::sequence_set> uids;
  };
  std::vector<wild_store> wild;
  /// To a message that is heard of for the first time.
  void apply_wild(message_life& m, place born) const;

  struct coming {
    deed_ptr by;
    std::size_t most = 0;  ///< 0 once its UIDs are named, or it was refused
  };
  std::vector<std::shared_ptr<coming>> arrivals;

  /// A message is certainly gone since `p`.
  void fell(message_life& m, place p, history::session_id told);
  /// Everyone has polled since `horizon`: of what fell before, the UIDs are kept and nothing else.
  void bury(place horizon);
  bool buried(std::uint32_t uid) const;
  bool empty() const { return messages.empty() && graves_.empty(); }

 private:
  std::deque<std::pair<place, std::uint32_t>> fallen_;
  std::map<std::uint32_t, std::uint32_t> graves_;  ///< ranges of UIDs: last -> first
  bool meets(removal const& r, message_life const& m, place until) const;
};

class ledger {
 public:
  ledger() = default;
  ledger(ledger const&) = delete;

  /// After everybody has looked at the item, before the session's model takes it in.
  void see(item const& i);
  place now() const { return now_; }

  /// Where a session is: the mailbox, and since when it must see what others did.
  struct seat {
    mailbox_life* box = nullptr;
    place since = never;
    bool read_only = false;
    std::optional<std::set<std::string>> permanent;  ///< flags that stay; nothing: not told; holds "\*" if any may
  };
  seat const* seat_of(history::session_id id) const;
  /// The deed of a command under way.
  deed_ptr deed_of(item const& i) const;
  /// The mailbox of that name as it was known last; null: never heard of.
  mailbox_life const* find(std::string const& account, std::string_view name) const;

  /// What a STORE asks for.
  struct store_request {
    std::string item;             ///< "+FLAGS.SILENT" ..., upper case
    std::set<std::string> flags;  ///< lower case, without \Recent
    bool conditional = false;     ///< UNCHANGEDSINCE (RFC 7162 §3.1.3): it may leave any of them
  };
  static store_request read_store(wire::imap::command const& c);

 private:
  struct running {
    std::shared_ptr<deed> what;
    wire::imap::command sent;
    mailbox_life* box = nullptr;
    std::vector<slot> slots;
    std::shared_ptr<mailbox_life::coming> coming;
    mailbox_life* target = nullptr;
    bool sure = true;
    std::size_t view = 0;  ///< messages when it was sent
  };
  struct chair : seat {
    std::map<std::uint32_t, running> commands;  ///< by serial
    std::shared_ptr<deed> quit;
    place select_from = never;
    place polled = never;    ///< sent the last NOOP that was answered, or selected
    place snapshot = never;  ///< POP3: when the login was answered
  };

  chair& chair_of(history::session_id id);
  mailbox_life& box(std::string const& account, std::string_view name, std::uint64_t validity);
  void asked(item const& i);
  void stored(running& r, chair& c);
  void opened(item const& i, chair& c);
  void transfers(item const& i, running& r);
  void removes(item const& i, running& r, chair& c);
  void told(item const& i);
  void told_fetch(item const& i, chair& c);
  void looked(item const& i, chair& c);
  void told_gone(item const& i, chair& c, std::uint32_t uid);
  void answered(item const& i);
  void polled(chair& c, place from);
  void expunged_all(item const& i, running const& r);
  void named(item const& i, running& r);
  void pop3(item const& i);
  std::shared_ptr<deed> begin(item const& i, std::string words) const;
  bool expects_arrivals(std::string const& account, std::string_view name) const;
  void expel(std::string const& account, std::string_view name, std::shared_ptr<deed> const& by);

  place now_ = 0;
  std::vector<std::unique_ptr<chair>> chairs_;
  std::map<std::string, std::unique_ptr<mailbox_life>> boxes_;  ///< by account, name and UIDVALIDITY
  std::map<std::string, mailbox_life*> latest_;                 ///< by account and name
  std::map<std::string, deed_ptr> renamed_;                     ///< names that a RENAME was to give
};

}  // namespace mailrig::model
