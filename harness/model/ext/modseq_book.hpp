// modseq_book: what all sessions together know of mod-sequences (RFC 7162 §3.1): which value each message has for
// certain, which it has at least, and what removed messages must be told to whoever resynchronises. Certain is what
// was read while nobody could change it, by a session that has been shown all that was done before.
#pragma once

#include <map>
#include <set>

#include "model/ext/condstore.hpp"
#include "model/ledger.hpp"

namespace mailrig::model {

/// One message.
struct modseq_fact {
  std::uint64_t value = 0;                       ///< read last for certain; 0: none
  bool certain = false;                          ///< nobody can have changed it since
  std::uint64_t least = 0;                       ///< the greatest that anybody was told
  std::uint64_t above = 0;                       ///< a change was certainly made since it had this
  std::size_t open = 0;                          ///< commands under way, or lost, that may change it
  std::size_t changes = 0;                       ///< commands so far that may change it
  std::map<history::session_id, place> written;  ///< when whose last such command was answered
  bool removed = false;            ///< something that removes it was answered OK: what does so later may remove nothing
  std::uint64_t gone_above = 0;    ///< its removal, if it was removed, is later than this
  std::uint64_t gone_at_most = 0;  ///< and no later than this; 0: not told
};

struct modseq_box {
  std::map<std::uint32_t, modseq_fact> messages;
  std::uint64_t highest = 0;  ///< the greatest that was told of anything in it
  std::uint64_t floor = 0;    ///< HIGHESTMODSEQ that is asked for after `floor_at` is no less
  place floor_at = never;
  std::uint64_t opened_with = 0;  ///< HIGHESTMODSEQ of the last SELECT
  place opened_at = never;        ///< when that was sent
  bool removed_unnamed = false;   ///< something may have been removed of which no UID was known
  // Of commands that may change messages which nobody named, as above.
  std::size_t open = 0, changes = 0;
  std::map<history::session_id, place> written;
};

/// A command under way that may change mod-sequences, as things were when it was sent.
struct modseq_change {
  bool nameless = false;  ///< it removes, and UIDs of what it does are not known
  struct target {
    std::uint64_t value = 0;  ///< certain; 0: not known
    std::uint64_t least = 0;
    std::size_t changes = 0;
    bool alone = false;    ///< nothing else was under way that may change it
    bool certain = false;  ///< an OK has certainly changed its flags
    bool doomed = false;   ///< an OK has certainly removed it
  };
  place from = never;
  mailbox_life* box = nullptr;
  std::map<std::uint32_t, target> targets;  ///< by UID
  std::uint64_t highest = 0;                ///< of the box
  bool all = false;                         ///< it may change messages that nobody named
  bool by_itself = false;                   ///< no other command of anybody's was under way that may change anything
  std::size_t stirs = 0;                    ///< such commands so far
  std::size_t all_changes = 0;
};

class modseq_book {
 public:
  /// After everybody has looked at the item, before the session's model and the ledger take it in.
  void see(item const& i, ledger const& together);

  modseq_box const* find(mailbox_life const* box) const {
    auto const at = boxes_.find(box);
    return at == boxes_.end() ? nullptr : &at->second;
  }
  modseq_fact const* find(mailbox_life const* box, std::uint32_t uid) const;
  /// Null for a command that changes nothing.
  modseq_change const* change_of(item const& i) const;
  /// The message's mod-sequence, which a reader must be told who sees all that was answered before `since`; 0: not
  /// certain.
  std::uint64_t certain(mailbox_life const* box, std::uint32_t uid, history::session_id reader, place since) const;
  /// The reader is shown all that was done to the message, and nothing is under way that may change it.
  bool sees_all(mailbox_life const* box, std::uint32_t uid, history::session_id reader, place since) const;
  /// Nothing but this command can have changed the message while it ran.
  bool alone(modseq_change const& c, std::uint32_t uid) const;
  /// MODSEQ that FETCH has told this session since its last tagged response, by UID.
  std::map<std::uint32_t, std::uint64_t> const& told(history::session_id id) const;
  /// When the last command that may change anything was sent or answered; `never`: one is under way.
  place stirred() const { return under_way_ > 0 ? never : stirred_; }

 private:
  struct session {
    std::map<std::uint32_t, std::uint64_t> told;
    std::map<std::uint32_t, modseq_change> changes;  ///< by serial
    std::set<std::uint32_t> stirring;                ///< serials of commands that may change anything
    std::uint64_t highest = 0;                       ///< HIGHESTMODSEQ, while SELECT runs
    place asked = never;                             ///< when SELECT was sent
  };
  session& of(history::session_id id) {
    if (id >= sessions_.size()) sessions_.resize(id + 1);
    return sessions_[id];
  }
  void asked(item const& i, ledger const& together);
  void changes(item const& i, ledger::open_mailbox const& here, modseq_change& c);
  void target(modseq_change& c, std::uint32_t uid);
  void told(item const& i, ledger const& together);
  void counted(item const& i, ledger const& together);
  void answered(item const& i, ledger const& together);
  void done(item const& i, modseq_change const& c, place now);
  void settle(history::session_id id, ledger const& together);

  std::map<mailbox_life const*, modseq_box> boxes_;
  std::vector<session> sessions_;
  place stirred_ = 0;
  std::size_t under_way_ = 0, stirs_ = 0;
};

/// Where a session's commands are done: the mailbox that it has selected, or that it is selecting and others know.
mailbox_life const* mailbox_of(item const& i, ledger const& together);
/// What was answered before this, the session that is answered has been shown.
place sees_since(item const& i, ledger const& together);

}  // namespace mailrig::model
