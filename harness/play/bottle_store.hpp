// bottle_store: what a trace tells of a server's mailboxes and mail, whoever asked for it: so that another client,
// which asks otherwise, is answered with the same.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "history/event.hpp"
#include "model/conversation.hpp"

namespace mailrig::play {

/// A message; what nobody was told is not there.
struct bottled_message {
  std::uint32_t uid = 0;                     ///< 0: not told
  std::map<std::string, std::string> items;  ///< label, as requested_items() has it -> value, as it was spelled
};

struct bottled_mailbox {
  std::string opening;                                 ///< what SELECT was answered before its status, line for line
  std::string status;                                  ///< and the status without its tag; empty: nobody selected it
  std::vector<std::shared_ptr<bottled_message>> mail;  ///< by number when it was first selected, then as they came
  std::size_t at_first = 0;                            ///< of them there when it was first selected
  std::map<std::string, std::string> counts;           ///< items of STATUS, likewise of SELECT
  std::map<std::uint32_t, std::shared_ptr<bottled_message>> by_uid;  ///< of `mail`, those whose UID was told
};

/// POP3's maildrop.
struct bottled_drop {
  std::string capabilities;                      ///< the answer to CAPA
  std::string stat;                              ///< and to STAT
  std::map<std::uint64_t, std::string> sizes;    ///< what LIST told
  std::map<std::uint64_t, std::string> uids;     ///< what UIDL told
  std::map<std::uint64_t, std::string> letters;  ///< answers to RETR, from the second line on
};

/// Takes the events of all sessions of a trace in order. One thread; read-only once it is full.
class bottle_store final : model::item_sink {
 public:
  void take(history::event const& e);

  bottled_mailbox const* find(std::string const& mailbox) const;
  std::shared_ptr<bottled_message> by_uid(std::string const& mailbox, std::uint32_t uid) const;
  std::map<std::string, std::string> const& listed() const { return listed_; }
  std::optional<char> delimiter() const { return delimiter_; }
  bottled_drop const& drop() const { return drop_; }
  /// "* CAPABILITY ...", as it was told last inside or outside a login; else as in the other.
  std::string capability(bool logged_in) const;
  std::string const& name_space() const { return namespace_; }
  std::string const& id() const { return id_; }

 private:
  struct watched {
    std::unique_ptr<model::conversation> conversation;
    std::string opening;  ///< so far, of a SELECT under way
    std::map<std::uint32_t, std::shared_ptr<bottled_message>> by_serial;
  };
  void see(model::item const& i) override;
  void untagged(model::item const& i, watched& w);
  void opened(model::item const& i, watched& w);
  void fetched(model::item const& i, watched& w);
  void counted(wire::imap::response const& r);
  void reply(model::item const& i);
  std::shared_ptr<bottled_message> message(model::item const& i, watched& w);

  std::map<history::session_id, watched> watched_;
  std::map<std::string, bottled_mailbox> mailboxes_;
  std::map<std::string, std::string> listed_;  ///< name -> "(attributes) delimiter name"
  std::optional<char> delimiter_;
  std::string capabilities_[2], namespace_, id_;
  bottled_drop drop_;
};

/// Without the mechanisms, AUTH= and SASL's, for which a password must be known: whoever plays a trace has none.
std::string without_unknown_mechanisms(std::string_view octets);

/// A value as it stands in a response: strings in quotes, literals with their size.
std::string spelled(wire::imap::value v);

}  // namespace mailrig::play
