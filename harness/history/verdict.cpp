// verdict: see verdict.hpp.
#include "history/verdict.hpp"

#include "base/text.hpp"

namespace mailrig::history {

std::string_view name_of(level l) {
  switch (l) {
    case level::must: return "MUST";
    case level::prose: return "PROSE";
    case level::should: return "SHOULD";
    case level::may: return "MAY";
  }
  return "?";
}

std::string_view name_of(verdict v) {
  switch (v) {
    case verdict::skip: return "skip";
    case verdict::pass: return "pass";
    case verdict::info: return "info";
    case verdict::warn: return "warn";
    case verdict::unknown: return "unknown";
    case verdict::fail: return "fail";
    case verdict::error: return "error";
  }
  return "?";
}

std::optional<level> level_named(std::string_view name) {
  using base::istarts_with;
  if (istarts_with(name, "MUST") || istarts_with(name, "SHALL") || istarts_with(name, "REQUIRED")) return level::must;
  if (istarts_with(name, "PROSE")) return level::prose;
  if (istarts_with(name, "SHOULD") || istarts_with(name, "RECOMMENDED") || istarts_with(name, "NOT-RECOMMENDED"))
    return level::should;
  if (istarts_with(name, "MAY") || istarts_with(name, "OPTIONAL")) return level::may;
  return std::nullopt;
}

}  // namespace mailrig::history
