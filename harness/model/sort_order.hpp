// sort_order: which of two messages comes first by SORT's criteria (RFC 5256 §3, RFC 5957 §4), as far as both are
// known.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/mail_truth.hpp"
#include "model/search_request.hpp"

namespace mailrig::model {

/// What is known of a message that may be compared with others.
struct sortable {
  std::uint32_t number = 0;
  known_message const* mail = nullptr;
  std::optional<std::uint64_t> size;
  std::optional<std::int64_t> arrived;  ///< INTERNALDATE, seconds since 1970
  bool to_the_second = false;           ///< a client gave it, so that the server cannot know it more finely
};

/// What a message is sorted by.
struct sort_value {
  bool is_known = false;
  bool is_coarse = false;  ///< equal ones may differ: the server may know more than it tells
  std::int64_t number = 0;
  std::string text;
};

/// RFC 5256 §2.2: of the Date field, or else INTERNALDATE.
sort_value sent_date(sortable const& m);
/// The subject with its encoded words decoded; "" where there is none.
std::optional<std::string> subject_of(known_message const& m);

/// A message with its value for each criterion.
struct sort_entry {
  std::uint32_t number = 0;
  std::vector<sort_value> values;
};
sort_entry entry_of(std::vector<sort_criterion> const& criteria, sortable const& m);
/// `by`: the criterion that decided; null: the order within the mailbox. Unordered: it cannot be told.
std::partial_ordering sorts(std::vector<sort_criterion> const& criteria, sort_entry const& a, sort_entry const& b,
                            sort_criterion const** by = nullptr);

}  // namespace mailrig::model
