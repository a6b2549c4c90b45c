// pattern: what one line of an expectation matches.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "history/event.hpp"
#include "scenario/arrival.hpp"
#include "scenario/near_miss.hpp"
#include "scenario/pattern_node.hpp"
#include "scenario/values.hpp"

namespace mailrig::scenario {

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

 private:
  base::result<void> read_pop3(std::string_view first);
  base::result<void> read_tagged();
  base::result<void> read_untagged();
  base::result<void> read_condition(std::string_view rest);
  bool match(arrival const& a, values& v, near_miss& m) const;
  bool match_untagged(arrival const& a, values& v, near_miss& m) const;
  bool match_status(arrival const& a, values& v, near_miss& m) const;
  bool match_line(std::string_view line, values& v, near_miss& m) const;
  bool match_code(wire::imap::response const& r, values& v, near_miss& m) const;
  bool match_pop3_status(arrival const& a, values& v, near_miss& m) const;

  kind kind_ = kind::untagged;
  std::string text_, tag_;
  std::vector<pattern_node> nodes_;  ///< untagged: after "*"; status: words; POP3: words
  std::vector<pattern_node> code_;   ///< response code and its arguments
};

}  // namespace mailrig::scenario
