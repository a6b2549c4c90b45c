// lasting_flags: see lasting_flags.hpp.
#include "scenario/lasting_flags.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::scenario {
namespace {

bool sets(std::vector<operation> const& operations, std::string_view flag) {
  bool out = false;
  for (auto const& o : operations) {
    for (auto const& e : o.expectations)
      if (e.text.find("PERMANENTFLAGS") != std::string::npos) return false;
    for (auto const& line : o.lines) {
      auto const said = base::to_upper(line);
      out = out || ((said.find("STORE ") != said.npos || said.find("APPEND ") != said.npos) &&
                    said.find(base::to_upper(flag)) != said.npos);
    }
    for (auto const& branch : o.branches) out = out || sets(branch, flag);
  }
  return out;
}

}  // namespace

std::optional<std::set<std::string>> permanent_flags(std::vector<arrival_ptr> const& selected) {
  auto const told = std::ranges::find_if(selected, [](auto const& a) { return a->response.code == "PERMANENTFLAGS"; });
  if (told == selected.end()) return std::nullopt;
  std::set<std::string> out;
  for (auto f = (*told)->response.code_args().first(); f; f = f.next()) out.insert(base::to_lower(f.raw()));
  return out;
}

std::optional<bool> permanent(std::vector<arrival_ptr> const& selected, std::string_view flag) {
  auto const all = permanent_flags(selected);
  return all ? std::optional(all->contains(base::to_lower(flag))) : std::nullopt;
}

std::optional<std::string> flag_that_does_not_last(script const& s, std::vector<arrival_ptr> const& selected) {
  for (std::string_view flag : {"\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"}) {
    if (permanent(selected, flag).value_or(true)) continue;
    auto const lies_there = std::ranges::any_of(s.mail, [&](auto const& m) {
      return std::ranges::any_of(m.flags, [&](auto const& f) { return base::iequals(f, flag); });
    });
    if (lies_there || sets(s.operations, flag)) return std::string(flag);
  }
  return std::nullopt;
}

}  // namespace mailrig::scenario
