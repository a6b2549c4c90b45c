// verdict: what a scenario or a finding comes to, and how verdicts merge.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mailrig::history {

/// How strongly the RFC speaks; decides what a finding costs.
enum class level : std::uint8_t { must, should, may };

/// Ordered by weight: merging takes the heavier. `skip` weighs least: nothing was tried.
enum class verdict : std::uint8_t { skip, pass, info, warn, unknown, fail, error };

constexpr verdict worse(verdict a, verdict b) { return a < b ? b : a; }

/// MUST broken: fail; SHOULD: warn; MAY: info.
constexpr verdict verdict_of(level l) {
  return l == level::must ? verdict::fail : l == level::should ? verdict::warn : verdict::info;
}

std::string_view name_of(level l);
std::string_view name_of(verdict v);
/// `must`, `should`, `may` and the catalogue's MUST-NOT, SHALL, REQUIRED, PROSE, RECOMMENDED, OPTIONAL ...
std::optional<level> level_named(std::string_view name);

}  // namespace mailrig::history
