// step: a word of a profile that makes a device ask the server something: `headers new`, `retr all`, `store flag` ...
// Each is an object that registers itself; what it needs to remember is in the device's memory.
#pragma once

#include <string>
#include <vector>

#include "base/registry.hpp"
#include "base/rng.hpp"
#include "load/mailbox_cache.hpp"
#include "load/message_writer.hpp"
#include "load/operation.hpp"
#include "model/conversation.hpp"

namespace mailrig::load {

/// What a device's program knows from one session to the next, as a mail client's cache does.
struct device_memory {
  std::uint64_t uidvalidity = 0;
  std::uint32_t headers_to = 0, bodies_to = 0;  ///< highest UID whose headers, whose body it has
  std::vector<std::uint64_t> unique_ids;        ///< POP3: digests of those that it has fetched, sorted
  std::vector<std::uint32_t> todo;              ///< of the step under way: UIDs or message numbers
  std::uint64_t drop = 0;                       ///< POP3: messages, as STAT said
  std::uint32_t touched = 0;                    ///< UID that the step under way changes; 0: not known
  std::uint8_t flag = 0;                        ///< which flag, below flags_changed
  bool flag_on = false;
  mailbox_cache box;    ///< of a device that resynchronises
  base::rng random{1};  ///< all that it does by chance, so that it is the same whoever plays it
};

/// Flags that `store` knows.
inline constexpr std::size_t flags_changed = 4;

struct step_kind;

struct step_view {
  step_kind const& kind;
  model::imap_session const* imap;  ///< one of these two
  model::pop3_session const* pop3;
  std::vector<std::string> const& words;  ///< after the step's name
  unsigned turn;                          ///< commands of this step that are done
  device_memory& memory;
  base::rng& random;
  message_writer& messages;
  size_distribution const& sizes;
  std::string_view owner;
  std::string_view box_prefix;  ///< of mailboxes that are ours
  std::string& out;             ///< the command: no tag, no CRLF; for APPEND up to the literal
  std::string& literal;         ///< what follows it as a literal
};

/// What the user's other devices are told, while they idle, of what a step does.
enum class told_to_others : std::uint8_t { nothing, flags, expunges };

/// What a step is and does; nobody else knows a step by its name. Immutable, any thread.
struct step_kind {
  std::string_view name;
  history::protocol proto;
  std::string_view operation;  ///< the kind of its commands
  std::string_view summary;
  /// Writes the next command; false: none is left.
  bool (*next)(step_view&);
  /// Hears each POP3 reply to it; may be null.
  void (*heard)(step_view&, model::item const&) = nullptr;
  /// Leaves mail, its flags and the mailboxes as they are. A profile of such steps alone may run on an account that was
  /// not prepared for it, so a step that does not say so is taken for one that changes mail.
  bool read_only = false;
  /// The mailbox that it is about, as its first word; this one where it has none. Empty: it names no mailbox.
  std::string_view mailbox = {};
  told_to_others tells = told_to_others::nothing;
  /// A person reads what it fetches: recorded a second time under this name, less the time of reading it (SPECmail).
  /// Empty: nobody does.
  std::string_view beyond_size = {};
};

/// A step as a profile says it.
struct step {
  step_kind const* kind = nullptr;
  std::vector<std::string> words;
};

/// The mailbox that a step is about, as its profile names it; empty where it is about none.
std::string_view mailbox_of(step_kind const& kind, std::vector<std::string> const& words);

/// INBOX, or a mailbox of ours by the name that the profile gives it; as a quoted string.
std::string mailbox_name(std::string_view prefix, std::string_view name);

}  // namespace mailrig::load
