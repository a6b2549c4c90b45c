// mailbox_life: what an observer of all sessions knows of a mailbox: which messages it must, may and cannot hold, and
// which flags each may have. The ledger writes it down; checkers ask it.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/interval_register.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::model {

/// One message of a mailbox, living or gone.
struct message_life {
  std::uint32_t uid = 0;
  operation_ptr born;  ///< APPEND, COPY or MOVE that named its UID; null: not known
  place seen = never;  ///< first told to anybody
  place gone = never;  ///< certainly removed since: told to somebody, or moved away with OK
  history::session_id seen_by = 0, gone_by = 0;
  bool explained = false;  ///< by an answer that named its UID
  operation_ptr doom;      ///< may have removed it; nobody has looked afresh since

  /// A flag's register, made at first use.
  interval_register& flag(std::string const& name);
  std::map<std::string, interval_register> const& flags() const { return flags_; }
  interval_register const* find(std::string const& name) const;
  /// Flags that it was born with; the others it did not have.
  std::optional<std::set<std::string>> birth_flags;
  /// Flags that its source certainly had, and had not, when COPY or MOVE made it.
  std::map<std::string, bool> inherited;
  void replaced(operation_ptr by, std::set<std::string> const& to, bool sure);
  /// So many changes are kept that some should be forgotten.
  bool crowded() const;
  /// As interval_register::forget(), of all flags.
  template <class F>
  void forget(F settled) {
    for (auto& [name, r] : flags_) r.forget(settled);
    forget_settled(replaced_, settled);
  }
  /// Whether `reader`, who sees all that was answered before `since`, must find the flag set or clear at `until`;
  /// nothing: either can be.
  std::optional<bool> has(std::string const& flag, place since, place until, history::session_id reader) const;
  /// Somebody asked for the flag to be set or cleared since the message is known.
  bool touched(std::string const& flag) const;
  /// It certainly existed before.
  bool known_before(place p) const { return seen < p || (born && born->good && born->to < p); }

 private:
  struct replacement {
    operation_ptr by;
    bool sure;
  };

  std::map<std::string, interval_register> flags_;
  std::vector<replacement> replaced_;
};

/// Something that may remove messages from a mailbox.
struct removal {
  operation_ptr by;
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

  /// Nothing was in it at this place, or all that was is known: everything that is there later has come by an
  /// operation.
  place empty_at = never;
  std::size_t unexplained = 0;  ///< messages seen whose UID no answer named
  /// Arrivals whose UIDs were not named: how many there may be.
  std::size_t unnamed() const;

  message_life& at(std::uint32_t uid);
  /// Null: never heard of, or gone so long that it is forgotten.
  message_life const* find(std::uint32_t uid) const {
    auto const m = messages.find(uid);
    return m == messages.end() ? nullptr : &m->second;
  }
  /// What may have removed a message before `until`; null: nothing.
  operation_ptr cause(message_life const& m, place until) const;
  /// A session other than this one may have removed it.
  bool another_removes(message_life const& m, history::session_id than, place until) const;
  /// A removal is answered: whom it may have met is marked, and the removal is forgotten.
  void settle(operation_ptr const& by);
  operation_ptr last_removal;  ///< the last that was settled
  /// It got its name by RENAME: sessions that have it selected by another name may change it unseen.
  operation_ptr uncertain;
  /// Messages that a fresh look, begun at `since`, must show at `now`.
  std::size_t surely_there(place since, place now) const;
  /// Messages that it may show at most; nothing when arrivals from elsewhere are possible.
  std::optional<std::size_t> at_most(place since) const;

  /// A change of flags that may meet messages which nobody named: those that arrive while it runs.
  struct wild_store {
    operation_ptr by;
    std::string item;  ///< "+FLAGS" ...
    std::set<std::string> flags;
    std::optional<wire::imap::sequence_set> uids;
  };
  std::vector<wild_store> wild;
  /// To a message that is heard of for the first time.
  void apply_wild(message_life& m, place born) const;

  static constexpr std::size_t unbounded = std::size_t{1} << 40;
  struct coming {
    operation_ptr by;
    std::size_t most = 0;  ///< 0 once its UIDs are named, or it was refused; `unbounded`: nobody can say
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

}  // namespace mailrig::model
