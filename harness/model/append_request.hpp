// append_request: the messages that an APPEND brings: one (RFC 3501 §6.3.11), several (RFC 3502), or such as are put
// together from pieces (RFC 4469); REPLACE brings one (RFC 8508 §3.2).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "wire/imap/client_literals.hpp"
#include "wire/imap/command.hpp"

namespace mailrig::model {

/// A relative IMAP URL of a message or a part of one (RFC 5092 §6, §11).
struct message_url {
  std::optional<std::string> mailbox;  ///< as IMAP names it; nothing: the one that is selected
  std::uint64_t uidvalidity = 0;       ///< 0: not said
  std::uint32_t uid = 0;
  std::string section;  ///< upper case; empty: the whole message
  std::optional<std::uint64_t> offset, length;

  /// Nothing where it is no such URL.
  static std::optional<message_url> of(std::string_view text);
};

struct appended_message {
  struct piece {
    bool url = false;
    std::string text;  ///< octets, or the URL
  };
  std::optional<std::string> flags;  ///< the list as it stands
  std::optional<std::string> date;
  std::vector<piece> pieces;  ///< one without CATENATE
  bool catenated = false;
  bool whole = true;  ///< no octets of it were left out of the command
};

/// It brings what its client sends: APPEND, or REPLACE.
bool uploads_mail(wire::imap::command const& c);
/// Or copies.
bool brings_mail(wire::imap::command const& c);
/// The mailbox into which it does; empty for a command that brings none.
std::string_view target_of(wire::imap::command const& c);

/// The literals of an APPEND that are its messages, or parts of one; not the mailbox's name, which may be one too.
std::vector<wire::imap::client_literal> uploads(wire::imap::command const& append);

/// Nothing where the command cannot be read so.
std::optional<std::vector<appended_message>> appended_messages(wire::imap::command const& append);

}  // namespace mailrig::model
