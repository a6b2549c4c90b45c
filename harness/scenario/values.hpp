// values: what the names in a script stand for while it is played: $user, $uid3, mail[1].size.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "scenario/mailroom.hpp"

namespace mailrig::scenario {

struct values {
  std::map<std::string, std::string, std::less<>> names;  ///< without "$"
  std::vector<message> mail;                              ///< mail[1] is the first
  std::vector<std::uint32_t> numbering;                   ///< slots by number when the command began, for "@n"

  /// "$x", "${x}" and "mail[1].size" in a line to be sent replaced; a fault names what is unknown.
  base::result<std::string> expand(std::string_view text) const;
  /// The same for a line of IMAP: a name's value that no atom can hold makes its word a quoted string, $user and
  /// $password aside.
  base::result<std::string> written(std::string_view line) const;
  std::optional<std::string> mail_value(std::string_view token) const;
  /// Whether "mail[n].FIELD" of a maildrop can be what `fits`; nothing where the token names no message by its number.
  /// RFC 1939 §4 gives each message a number and sets no order: n binds to the messages that fit, and keeps to them; no
  /// two numbers are one message.
  std::optional<bool> in_maildrop(std::string_view token, std::function<bool(std::string const&)> const& fits);
  /// FIELD of each message that "mail[n].FIELD" may still mean in a maildrop, or of the one that it names otherwise.
  std::vector<std::string> meant_in_maildrop(std::string_view token) const;

  std::map<std::size_t, std::vector<std::size_t>> meant = {};  ///< a maildrop's n: places in `mail` that it may be
  std::vector<std::string> fresh = {};                         ///< names that the match under way has bound
  /// What the match under way has narrowed, as it was before; the last first.
  std::vector<std::pair<std::size_t, std::optional<std::vector<std::size_t>>>> narrowed = {};
  /// The match is over: what it bound stays only where it came true. Answers `matched`. A copy of all values for each
  /// trial would make thousands of messages unbearable.
  bool kept(bool matched);

 private:
  bool each_has_its_own() const;
  base::result<std::string> expand_by(std::string_view text, std::string (*of_name)(std::string const& value)) const;
};

}  // namespace mailrig::scenario
