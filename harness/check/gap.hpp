// gap: what a record of a session lacks. Where a log lost something, checkers that build on it would blame the server.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "check/checker.hpp"

namespace mailrig::check {

enum class lack : std::uint8_t {
  greeting,   ///< the greeting and perhaps the login are stand-ins
  beginning,  ///< the session begins before its record: what was told before is not known, until a SELECT tells it anew
  content,    ///< octets of mail are stand-ins
  responses,  ///< something that the server said is left out
  commands,   ///< something that the client said is left out
  order,      ///< who spoke when is a guess
};
std::string_view name_of(lack l);

/// From `at` on `session` lacks it.
struct gap {
  history::session_id session = 0;
  base::instant at{};
  lack what = lack::beginning;
  bool operator==(gap const&) const = default;
};

/// What is lost with it, and whether a SELECT tells part of it anew.
told lost_with(lack l);
bool until_select(lack l);

/// The value of a trace header's `incomplete`: "SESSION NANOSECONDS LACK; ..."; what cannot be read is left out.
inline constexpr char const* gaps_key = "incomplete";
std::string written(std::vector<gap> const& gaps);
std::vector<gap> read_gaps(std::string_view text);

}  // namespace mailrig::check
