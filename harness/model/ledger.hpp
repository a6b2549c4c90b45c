// ledger: what all sessions on a mail store have said and been told, taken together: which messages each mailbox must,
// may and cannot hold, and which flags. A session's own model knows what one client knows; this knows what an observer
// of all clients knows. Places are counted in items; between two commands under way at once no order is assumed.
#pragma once

#include <map>
#include <set>
#include <unordered_map>

#include "model/conversation.hpp"
#include "model/ext/shared_names.hpp"
#include "model/mailbox_lives.hpp"

namespace mailrig::model {

class ledger {
 public:
  ledger() = default;
  ledger(ledger const&) = delete;

  /// After everybody has looked at the item, before the session's model takes it in.
  void see(item const& i);
  place now() const { return now_; }
  /// The number begins a new session.
  void forget(history::session_id id) {
    if (id < records_.size()) records_[id].reset();
  }

  /// Where a session is: the mailbox, and since when it must see what others did.
  struct open_mailbox {
    mailbox_life* box = nullptr;
    place since = never;
    place polled = never;  ///< sent the last NOOP that was answered, or selected
    bool read_only = false;
    std::optional<std::set<std::string>> permanent;  ///< flags that stay; nothing: not told; holds "\*" if any may
  };
  open_mailbox const* open_mailbox_of(history::session_id id) const;
  /// The message of the mailbox where the session is: certainly gone, or somebody may have removed it.
  bool may_be_gone(history::session_id id, std::uint32_t uid) const;
  /// The operation of a command under way.
  operation_ptr operation_of(item const& i) const;
  /// The mailbox of that name as it was known last; null: never heard of.
  mailbox_life const* find(std::string const& account, std::string_view name) const {
    return shared_.has(account, name) ? nullptr : boxes_.find(account, name);
  }

  /// Other users, whom nobody hears, may change that mailbox, or take away what its user may do.
  bool is_shared(std::string const& account, std::string_view name) const { return shared_.has(account, name); }

  /// What a STORE asks for.
  struct store_request {
    std::string item;             ///< "+FLAGS.SILENT" ..., upper case
    std::set<std::string> flags;  ///< lower case, without \Recent
    bool conditional = false;     ///< UNCHANGEDSINCE (RFC 7162 §3.1.3): it may leave any of them
  };
  static store_request read_store(wire::imap::command const& c);

 private:
  struct running {
    std::shared_ptr<operation> what;
    wire::imap::command sent;
    mailbox_life* box = nullptr;
    std::vector<slot> slots;
    std::shared_ptr<mailbox_life::coming> coming;
    bool sure = true;
    std::size_t view = 0;  ///< messages when it was sent
  };
  struct session_record : open_mailbox {
    std::map<std::uint32_t, running> commands;  ///< by serial
    std::shared_ptr<operation> quit;
    place select_from = never;
    place snapshot = never;  ///< POP3: what came later is not in the maildrop
    bool numbered = false;   ///< POP3: an answer has depended on the messages' numbers
  };

  /// Since when whoever has a mailbox open, or is opening it, sees what others did.
  struct horizon {
    place first = never;  ///< the session that sees the least
    place next = never;   ///< the one after it
    history::session_id whose = 0;
    /// Everybody is shown what the command did; who sent it is shown it anyway.
    bool settled(operation const& d) const { return d.to < (d.by == whose ? next : first); }
  };
  static std::set<std::string> flag_words(std::string_view text);
  bool knows(mailbox_life const* box) const { return box && !shared_.has(box->account, box->name); }
  session_record& record_of(history::session_id id);
  void asked(item const& i);
  horizon horizon_of(mailbox_life const& box) const;
  void stored(running& r, session_record& c);
  void opened(item const& i, session_record& c);
  void sent_behind(item const& i, session_record& c);
  static bool reaches_arrivals(running const& r);
  void transfers(item const& i, running& r);
  static void removes(running& r);
  void told(item const& i);
  void told_fetch(item const& i, session_record& c);
  void looked(item const& i, session_record& c);
  void told_gone(item const& i, session_record& c, std::uint32_t uid);
  void answered(item const& i);
  void polled(session_record& c, place from);
  void removed_all(item const& i, running const& r);
  void named(item const& i, running& r);
  void pop3(item const& i);
  std::shared_ptr<operation> begin(item const& i, std::string words) const;
  bool expects_arrivals(std::string_view name) const;
  bool names_at_rest(operation const& by) const;
  void inherit(item const& i, running const& r, mailbox_life& to, wire::imap::value from,
               std::vector<std::uint32_t> const& uids);

  place now_ = 0;
  std::vector<std::unique_ptr<session_record>> records_;
  mailbox_lives boxes_;
  shared_names shared_;
  place names_changed_ = 0;  ///< a CREATE, DELETE or RENAME was answered last
  bool names_lost_ = false;  ///< a session ended while one was under way: it may take effect at any time
};

}  // namespace mailrig::model
