// list_options: what a LIST command selects by and wants returned (RFC 5258 §3; RFC 5819 §2; RFC 6154 §2; RFC 8440 §3;
// RFC 9590).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/list_pattern.hpp"
#include "wire/imap/command.hpp"

namespace mailrig::model {

/// What stands in parentheses, read as the arguments of a command are.
std::vector<wire::imap::argument> elements_of(std::string_view list);

struct list_options {
  bool extended = false;         ///< in one of the three ways of RFC 5258 §1
  std::set<std::string> select;  ///< upper case
  std::set<std::string> give;    ///< names of return options, upper case
  std::set<std::string> status;  ///< items that RETURN (STATUS (...)) names, upper case
  list_request names;            ///< the patterns; an empty one among several left out

  bool selects(std::string_view option) const { return select.contains(std::string(option)); }
  bool gives(std::string_view option) const { return give.contains(std::string(option)); }
  /// RFC 5258 §3.1: what is selected by is returned too.
  bool tells(std::string_view option) const { return selects(option) || gives(option); }

  /// Nothing where the command cannot be read as a LIST, or a pattern is wide.
  static std::optional<list_options> of(wire::imap::command const& c);
};

}  // namespace mailrig::model
