// trace_lines: a client's command as a line of a scenario: mailboxes and UIDs by names, literals written out, messages
// among those that the scenario brings along.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/trace_names.hpp"
#include "scenario/mailroom.hpp"
#include "scenario/script.hpp"
#include "wire/imap/command.hpp"

namespace mailrig::record {

/// The messages of one scenario.
class brought_mail {
 public:
  explicit brought_mail(scenario::mailroom const& room);
  /// What these octets are called: as the shipped message that they are, or by a name of the scenario's own.
  std::string name_of(std::string_view octets);
  std::vector<scenario::message_text> own;

 private:
  std::vector<scenario::message> shipped_;
};

/// UIDs that a client names, as it named them, "12" or "3:*,7"; what they are called in the scenario.
using uid_namer = std::function<std::string(std::string_view set)>;

/// The words in a command that name UIDs.
std::vector<std::string_view> uid_sets(std::string_view command_octets);
/// UIDVALIDITY as the command has it; nothing: it has none.
std::optional<std::uint64_t> named_validity(std::string_view command_octets);

/// Without its tag and line end. `c`: all of it but literals that are too long to keep. `validity`: what UIDVALIDITY is
/// called; empty: as it stands.
std::string trace_line(wire::imap::command const& c, trace_names& names, uid_namer const& uids, brought_mail& mail,
                       std::string const& validity = {});

/// A line of POP3.
std::string trace_line(std::string_view pop3);

}  // namespace mailrig::record
