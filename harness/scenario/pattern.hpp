// pattern: what one line of an expectation matches.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "history/event.hpp"
#include "scenario/mailroom.hpp"
#include "wire/imap/response.hpp"
#include "wire/pop3/reply.hpp"

namespace mailrig::scenario {

/// Something that came, kept until an expectation has looked at it. Owns its octets.
struct arrival {
  enum class kind { untagged, tagged, continuation, pop3, ended } what = kind::untagged;
  std::string octets;
  wire::imap::response response;  ///< views into `octets`
  std::uint32_t serial = 0;       ///< slot that the number of "* n ..." named when it came
  std::string body;               ///< POP3: lines, unstuffed
  bool multi = false;
  std::string line;     ///< POP3 status line; end cause
  bool used = false;    ///< an expectation has taken it
  bool broken = false;  ///< it breaks the grammar
};
using arrival_ptr = std::unique_ptr<arrival>;

/// What names stand for while a scenario runs.
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

/// How near something came to matching: what is the first difference, and how much agreed before it.
struct near_miss {
  std::string what;  ///< "FLAGS lacks \\Seen"; empty while nothing differs
  std::size_t agreed = 0;

  bool agrees(std::size_t weight = 1) { return agreed += weight, true; }
  bool differs(std::string text) {
    if (what.empty()) what = std::move(text);
    return false;
  }
};

class pattern {
 public:
  enum class kind { untagged, status, continuation, ended, pop3_status, pop3_line, pop3_body };

  static base::result<pattern> read(std::string_view text, history::protocol proto);

  /// True when it matches; binds new names in `v` only then.
  bool matches(arrival const& a, values& v) const;
  /// How near something came that does not match.
  near_miss miss(arrival const& a, values const& v) const;
  near_miss miss_line(std::string_view line, values const& v) const;
  /// POP3 lines of a body.
  bool matches_line(std::string_view line, values& v) const;
  kind what() const { return kind_; }
  std::string const& text() const { return text_; }
  /// The response's name or status word, to pick what came nearest; may be empty.
  std::string_view name() const;
  std::string_view tag() const { return tag_; }
  /// As text with the names that are known put in.
  std::string shown(values const& v) const;

  struct node {
    enum class kind { list, word, quoted, anything, rest, variable, slot } what = kind::word;
    std::string text;
    std::vector<node> children;
  };

 private:
  bool match(arrival const& a, values& v, near_miss& m) const;
  bool match_untagged(arrival const& a, values& v, near_miss& m) const;
  bool match_status(arrival const& a, values& v, near_miss& m) const;
  bool match_line(std::string_view line, values& v, near_miss& m) const;
  bool match_code(wire::imap::response const& r, values& v, near_miss& m) const;
  bool match_pop3_status(arrival const& a, values& v, near_miss& m) const;

  kind kind_ = kind::untagged;
  std::string text_, tag_;
  std::vector<node> nodes_;  ///< untagged: after "*"; status: words; POP3: words
  std::vector<node> code_;   ///< response code and its arguments
};

}  // namespace mailrig::scenario
