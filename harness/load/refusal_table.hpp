// refusal_table: the refusals of a run as rows for its reports.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <vector>

#include "load/tally.hpp"

namespace mailrig::load {

struct refusal_row {
  refusal what;
  std::string operation;
  std::uint64_t count = 0;
};
/// The most frequent first. Each was counted once: an act of a device is not refused, but what it asked for.
std::vector<refusal_row> refusal_table(tally const& t);

/// Words are too many for a metric's labels; codes are few.
struct refusal_labels {
  refusal_kind kind{};
  std::string code, operation;
  auto operator<=>(refusal_labels const&) const = default;
};
std::map<refusal_labels, std::uint64_t> refusals_by_code(tally const& t);

}  // namespace mailrig::load
