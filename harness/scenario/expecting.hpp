// expecting: whether what has come is what a group of expectations asks for.
#pragma once

#include <map>

#include "scenario/script.hpp"
#include "scenario/stage.hpp"

namespace mailrig::scenario {

/// How a group of expectations ended.
struct outcome {
  bool good = true;
  expectation const* failed = nullptr;
  std::string text;    ///< what is wrong
  std::string octets;  ///< what came instead
  std::size_t offset = 0;
};

class expecting {
 public:
  expecting(stage& s, values& v) : stage_(s), v_(v) {}

  /// The group's outcome, or nothing while it must wait for more. What it matched is taken from the player's arrivals.
  std::optional<outcome> poll(player& p, operation const& o);
  /// The outcome when patience has ended; a session that was to answer is given up.
  outcome timed_out(player& p, operation const& o, base::duration limit);
  /// Which of the choices that the RFC leaves were seen: trait -> label.
  std::map<std::string, std::string> const& traits() const { return traits_; }

 private:
  std::deque<arrival_ptr>::iterator completion_in(player& p, expectation const& end);
  outcome judge_group(operation const& o, player& p, std::deque<arrival_ptr>::iterator at, expectation const& end);
  bool any_matches(expectation const& e, arrival const& a);
  std::optional<outcome> match_data(operation const& o, std::vector<arrival*> const& data, std::string const& fallback);
  std::optional<outcome> poll_data(operation const& o, player& p);
  std::optional<outcome> poll_pop3(operation const& o, player& p, expectation const* end);
  std::size_t first_difference(arrival const& a, expectation const& e);

  stage& stage_;
  values& v_;
  std::map<std::string, std::string> traits_;
};

}  // namespace mailrig::scenario
