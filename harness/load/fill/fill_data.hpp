// fill_data: what lies in an account of a filled population, as data of a profile ([fill]): how much mail, in which
// folders, of which sizes, with which flags and dates. A message is decided by the seed and its place alone, so that a
// filling which was interrupted can go on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "load/fill/folder_tree.hpp"
#include "load/fill/size_quantiles.hpp"
#include "scenario/toml_table.hpp"

namespace mailrig::load {

struct flag_share {
  std::string flag;
  double share = 0;  ///< of all messages
};

/// INTERNALDATEs over years: the later a message's number, the later its date.
struct date_spread {
  std::int64_t from = 0, to = 0;  ///< seconds since 1970, UTC; equal: none is given, it is the time of the filling
  double growth = 1;              ///< a year's mail to that of the year before

  bool given() const { return to > from; }
  /// Of the share `u` (0 to 1) of all mail, in order.
  std::int64_t at(double u) const;
};

struct fill_data {
  std::size_t messages = 0;  ///< of an account
  std::vector<folder_branch> folders;
  size_quantiles sizes = size_quantiles::constant(size_quantiles::least);
  double attachments = 0;  ///< share of messages that have one: the largest
  std::vector<flag_share> flags;
  date_spread dates;

  std::vector<planned_box> boxes() const { return planned_boxes(folders, messages); }
};

/// What one message is like; its number counts from 0 within its mailbox of `of` messages.
struct letter_plan {
  std::uint64_t seed = 0;  ///< of its words
  std::uint64_t octets = 0;
  bool attachment = false;
  std::vector<std::string> flags;
  std::optional<std::int64_t> date;  ///< seconds since 1970, UTC
};
letter_plan plan_letter(fill_data const& data, std::uint64_t box_seed, std::size_t number, std::size_t of);
/// Of a mailbox of an account. Stable from release to release, or a filling could not go on.
std::uint64_t box_seed(std::uint64_t seed, std::string_view user, std::string_view box);

/// " 5-Jan-2026 10:00:00 +0000" (RFC 3501 §9: date-time), without quotes.
std::string internal_date(std::int64_t seconds);
/// "Mon, 05 Jan 2026 10:00:00 +0000" (RFC 5322 §3.3).
std::string header_date(std::int64_t seconds);

/// The table [fill]; `sizes` where it says nothing of them. Mistakes stay with the table; that it says no number of
/// messages is for the caller.
fill_data read_fill(scenario::toml_table t, size_quantiles sizes);

}  // namespace mailrig::load
