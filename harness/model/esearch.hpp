// esearch: what an ESEARCH response says (RFC 4466 §2.6.2, RFC 4731 §3, RFC 9394 §3.1).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "wire/imap/response.hpp"

namespace mailrig::model {

/// Of a search whose results are kept up to date (RFC 5267 §4.3): messages that come into the list or leave it.
struct result_change {
  bool adds = false;
  std::uint32_t position = 0;  ///< counted from 1; 0: wherever they belong
  std::vector<std::uint32_t> messages;
};

struct esearch {
  std::string tag;                 ///< of the command that it answers
  bool correlated = false;         ///< a tag is told
  bool elsewhere = false;          ///< of a mailbox that need not be the selected one (RFC 7377)
  bool uid = false;                ///< it speaks of UIDs
  std::vector<std::string> items;  ///< upper case, as they came
  std::optional<std::uint64_t> min, max, count, modseq;
  std::optional<std::vector<std::uint32_t>> all, partial;  ///< in their order; PARTIAL's NIL is empty
  std::string partial_range;
  std::vector<result_change> changes;  ///< ADDTO and REMOVEFROM
  bool too_long = false;               ///< a set names more than is looked at

  bool has(std::string_view upper_name) const;
  std::size_t times(std::string_view upper_name) const;
};
esearch read_esearch(wire::imap::response const& r);

}  // namespace mailrig::model
