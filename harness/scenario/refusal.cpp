// refusal: see refusal.hpp.
#include "scenario/refusal.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"

namespace mailrig::scenario {
namespace {

constexpr std::array<std::string_view, 8> excuses{"UNAVAILABLE", "INUSE",        "LIMIT",           "OVERQUOTA",
                                                  "NOPERM",      "CONTACTADMIN", "PRIVACYREQUIRED", "NOTSAVED"};

bool has_any(std::string_view line, std::initializer_list<std::string_view> openings) {
  auto const upper = base::to_upper(line);
  return std::ranges::any_of(openings, [&](auto opening) { return upper.find(opening) != upper.npos; });
}

}  // namespace

bool says_no(base::fault const& f) {
  auto const words = base::words(f.text);
  return !words.empty() && base::iequals(words[0], "NO");
}

bool is_excuse(std::string_view code) {
  return std::ranges::any_of(excuses, [&](auto known) { return base::iequals(known, code); });
}

bool was_declined(std::string_view words) {
  auto const open = base::to_upper(words).find(": NO [");
  return open != words.npos && is_excuse(words.substr(open + 6, words.find(']', open) - open - 6));
}

bool has_excuse(std::string_view line) {
  auto const upper = base::to_upper(line);
  return has_any(line, {"[SYS/TEMP", "[LOGIN-DELAY"}) || std::ranges::any_of(excuses, [&](auto code) {
           return upper.find("[" + std::string(code) + "]") != upper.npos;
         });
}

bool is_for_now(std::string_view words) {
  return has_any(words, {"[LOGIN-DELAY", "[SYS/TEMP", "[UNAVAILABLE", "[LIMIT"});
}

}  // namespace mailrig::scenario
