// verdict: what a scenario or a finding comes to, and how verdicts merge.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mailrig::history {

/// How strongly the RFC speaks, strongest first; decides what a finding costs. `prose`: the text describes what a
/// server does ("EXPUNGE reports that ...") without a key word of RFC 2119; to do otherwise breaks it all the same.
enum class level : std::uint8_t { must, prose, should, may };

/// Ordered by weight: merging takes the heavier. `skip` weighs least: nothing was tried.
enum class verdict : std::uint8_t { skip, pass, info, warn, unknown, fail, error };

constexpr verdict worse(verdict a, verdict b) { return a < b ? b : a; }

/// MUST broken, or a behaviour that is described: fail; SHOULD: warn; MAY: info.
constexpr verdict verdict_of(level l) {
  return l <= level::prose ? verdict::fail : l == level::should ? verdict::warn : verdict::info;
}

std::string_view name_of(level l);
std::string_view name_of(verdict v);
/// `must`, `prose`, `should`, `may` and the catalogue's MUST-NOT, SHALL, REQUIRED, RECOMMENDED, OPTIONAL ...
std::optional<level> level_named(std::string_view name);

}  // namespace mailrig::history
