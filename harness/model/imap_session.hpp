// imap_session: what an IMAP client has been told and has asked, and nothing it could not know.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "model/ext/condstore.hpp"
#include "model/ext/notify.hpp"
#include "model/mailbox_view.hpp"
#include "model/saved_search.hpp"
#include "wire/imap/command.hpp"
#include "wire/imap/response.hpp"

namespace mailrig::model {

enum class imap_state : std::uint8_t { greeting, not_authenticated, authenticated, selected, logout };
std::string_view name_of(imap_state s);

/// A command from its first octet to its tagged response.
struct imap_command {
  wire::imap::command sent;
  base::instant begun{};
  bool whole = false;      ///< completely sent: in progress for RFC 3501 §7.4.1
  bool continued = false;  ///< the server sent "+"
  bool released = false;   ///< the client ended IDLE
  bool early = false;      ///< it did so before the server's "+"
  bool ahead = false;      ///< the octets of a synchronising literal came before the server's "+"
  std::uint32_t serial = 0;
  /// As the grammar has it: no EXPUNGE may be sent while only such commands run.
  bool forbids_expunge() const;
  bool is(std::string_view upper_name) const { return sent.name == upper_name; }
  template <std::size_t N>
  bool is(char const (&upper_name)[N]) const {
    return sent.name == upper_name;
  }
  template <std::size_t... N>
  bool is_one_of(char const (&... upper_names)[N]) const {
    return (... || (sent.name == upper_names));
  }
};

/// The empty list, one for all.
std::shared_ptr<std::vector<std::string> const> const& none_told();

class imap_session {
 public:
  explicit imap_session(base::limits const& limits = {}) : most_messages_(limits.mailbox_messages) {}

  imap_state state = imap_state::greeting;
  bool secured = false;  ///< TLS is up
  /// It speaks IMAP4rev2: it has turned that on, or nothing else is announced (RFC 9051 §7.2.2).
  bool rev2 = false;
  bool read_only = false;
  std::string account;            ///< whose mail store this is
  std::string mailbox;            ///< selected, as the client named it; "INBOX" in any case is INBOX
  std::uint64_t uidvalidity = 0;  ///< of the selected mailbox; 0 not told
  std::uint64_t uidnext = 0;      ///< last told; 0 not told
  mailbox_view view;
  /// As last told, upper case; shared by sessions that were told the same. Never null.
  std::shared_ptr<std::vector<std::string> const> capabilities = none_told();
  bool capabilities_known = false;
  std::vector<std::string> flags;  ///< last FLAGS response, lower case, ascending
  bool flags_known = false;
  bool bye = false;
  bool notified = false;            ///< NOTIFY was asked for: STATUS, LIST and more come at any time (RFC 5465 §3.1)
  bool expunged_any_time = false;   ///< it names "selected" with MessageExpunge: EXPUNGE too (RFC 5465 §5.3)
  bool uid_only = false;            ///< UIDONLY is enabled: FETCH comes as UIDFETCH (RFC 9586)
  bool compares_otherwise = false;  ///< COMPARATOR may have chosen what tells letters' cases apart (RFC 5255 §4.7)
  bool sending = false;             ///< the client is in the middle of a command
  std::vector<imap_command> in_progress;  ///< oldest first
  saved_search saved;                     ///< what "$" stands for
  condstore_session condstore;            ///< what it is told of mod-sequences
  notify_session notify;                  ///< what it is told unasked
  wire::imap::syntax syntax;

  bool can(std::string_view capability) const;
  /// The number that a capability has: 5 of "APPENDLIMIT=5". Nothing where it is not told, or not since LOGIN.
  std::optional<std::uint64_t> announced(std::string_view capability) const;
  imap_command const* find(std::string_view tag) const;
  imap_command const* oldest() const { return in_progress.empty() ? nullptr : &in_progress.front(); }
  /// A SELECT or EXAMINE is being answered.
  bool selecting() const;
  bool runs(std::string_view upper_name) const { return running(upper_name) != nullptr; }
  /// The oldest command of that name under way, or null: what untagged data of it answer.
  imap_command const* running(std::string_view upper_name) const;

  /// Takes in what a response says. Call after everybody has looked at it.
  void told(wire::imap::response const& r, imap_command const* answered);
  void asked(imap_command const& c);

 private:
  void untagged(wire::imap::response const& r);
  void code(wire::imap::response const& r);
  void capability_list(wire::imap::value v);
  void revise();
  void completed(wire::imap::response const& r, imap_command const& c);
  void open_mailbox();
  void close_mailbox();
  void heed_notify();

  /// What is known of the selected mailbox.
  struct selection {
    std::string mailbox;
    std::uint64_t uidvalidity, uidnext;
    mailbox_view view;
    std::vector<std::string> flags;
    bool flags_known, read_only;
  };

  std::size_t most_messages_;
  std::shared_ptr<selection const> before_;  ///< SELECT began: a BAD one changes nothing (RFC 3501 §6)
  bool opening_ = false;                     ///< data are of the mailbox that is being selected
  bool rev2_enabled_ = false;
};

/// "inbox" in any letter case is "INBOX" (RFC 3501 §5.1); of other names what RFC 9051 writes in UTF-8 becomes modified
/// UTF-7, so that sessions of both revisions speak of the same mailbox.
std::string canonical_mailbox(std::string_view name);

}  // namespace mailrig::model
