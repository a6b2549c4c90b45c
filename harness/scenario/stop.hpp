// stop: why a scenario ends before its last line.
#pragma once

#include <string>
#include <utility>

namespace mailrig::scenario {

/// Where it is not `finding`, the reason says what happened; only an `over` may go without one.
struct stop {
  enum class why {
    finding,     ///< something did not come as expected: a finding says what
    error,       ///< of the rig, or the server is not there
    cut,         ///< nobody waited any longer: the run was interrupted, or the scenario's time is over
    unprepared,  ///< the server did not let the scenario come to what it is about, which may be its good right
    over         ///< what is left of the script depends on something that the server need not do, and did not
  } what = why::finding;
  std::string reason = {};
};

inline stop rig_error(std::string why) { return {stop::why::error, std::move(why)}; }
inline stop cut(std::string why) { return {stop::why::cut, std::move(why)}; }
inline stop inconclusive(std::string why) { return {stop::why::unprepared, std::move(why)}; }
inline stop over(std::string why) { return {stop::why::over, std::move(why)}; }

}  // namespace mailrig::scenario
