// search_request: what SEARCH, SORT and THREAD ask for: which messages, in which order, and what to tell of them
// (RFC 3501 §6.4.4, RFC 4466 §2.6.1, RFC 5256 §3, RFC 9394 §3.1).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/search_oracle.hpp"

namespace mailrig::model {

struct sort_criterion {
  std::string key;  ///< upper case
  bool reverse = false;
};

/// "1:500", "-1:-100": the results from `low` to `high`, counted from 1 at either end.
struct result_range {
  std::uint32_t low = 0, high = 0;
  bool from_end = false;
};
std::optional<result_range> read_range(std::string_view text);

struct search_request {
  enum class what : std::uint8_t { search, sort, thread };
  what kind = what::search;
  bool uid = false;
  bool extended = false;                ///< RETURN was said
  bool implied = false;                 ///< or else it is as if, in IMAP4rev2 (RFC 9051 §6.4.4)
  std::vector<std::string> returns;     ///< its options, upper case; of none of them ALL is one (RFC 4731 §3.1)
  std::optional<result_range> partial;  ///< PARTIAL's
  std::vector<sort_criterion> order;
  std::string algorithm;               ///< THREAD's, upper case
  std::optional<search_key> criteria;  ///< nothing: not to be read here, or in a charset of its own

  bool returns_option(std::string_view upper_name) const;
};

/// Nothing for other commands, and for what breaks their grammar.
std::optional<search_request> read_search_request(wire::imap::command const& c);

}  // namespace mailrig::model
