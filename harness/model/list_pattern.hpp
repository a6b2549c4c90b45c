// list_pattern: LIST's wildcards (RFC 3501 §6.3.8): "*" stands for any run of characters, "%" for one without the
// hierarchy delimiter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/imap/command.hpp"

namespace mailrig::model {

/// Whether a mailbox name matches; INBOX in any case. `delimiter` nothing: the hierarchy is flat. Time: the product of
/// the lengths.
bool matches(std::string_view pattern, std::string_view name, std::optional<char> delimiter);

/// What LIST or LSUB asks for: names that any of its patterns matches.
struct list_request {
  std::string reference;
  std::vector<std::string> patterns;
  bool several = false;  ///< they stood in parentheses (RFC 5258 §3)

  /// Each pattern would mean this one.
  bool is_only(std::string_view pattern) const;
  /// One pattern matches all names there are.
  bool is_everything() const;
  /// `case_folded`: in this letter case or all in lower case, as a server that folds the case of names compares them.
  bool matches(std::string_view name, std::optional<char> delimiter, bool case_folded = false) const;
  /// It has octets above 127: names are compared in modified UTF-7, where characters that stand together share theirs.
  bool is_wide() const;
  /// The patterns, for people.
  std::string printable() const;

  /// Nothing where names are selected by more than their patterns (RFC 5258 §3.1), or there are none, or a pattern is
  /// wide. What is returned
  /// beside them (§3.2) adds no names.
  static std::optional<list_request> of(wire::imap::command const& c);
};

/// The patterns with the reference before them; nothing where how the two are joined is for the server to say (RFC 3501
/// §6.3.8): it is not for a level of the hierarchy before a name that does not itself begin at a root.
std::optional<list_request> with_reference(list_request asked, std::optional<char> delimiter);

}  // namespace mailrig::model
