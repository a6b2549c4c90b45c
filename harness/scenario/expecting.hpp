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
  bool refused = false;                  ///< a tagged NO that would not do
  std::string code = {};                 ///< the NO's response code
  bool over = false;                     ///< an alternative came that ends the conversation; `octets` is what came
  std::vector<std::string> misses = {};  ///< of each alternative of `failed`: what what came lacks
  bool unreadable = false;               ///< what came breaks the grammar, so that it cannot be compared
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
  std::optional<outcome> look(player& p, operation const& o);
  std::deque<arrival_ptr>::iterator completion_in(player& p, expectation const& end);
  outcome judge_group(operation const& o, player& p, std::deque<arrival_ptr>::iterator at, expectation const& end);
  bool any_matches(expectation const& e, arrival const& a);
  std::optional<outcome> match_data(operation const& o, std::vector<arrival*> const& data, std::string_view command,
                                    arrival const& end);
  bool tells_more(operation const& o, arrival const& a, std::vector<arrival const*> const& given) const;
  bool may_be_unasked(operation const& o, arrival const& a, std::string_view command);
  std::optional<outcome> forbidden_end(operation const& o, player& p, arrival const* end);
  std::optional<outcome> poll_quiet(operation const& o, player& p);
  std::optional<outcome> no_match(expectation const& e, std::vector<arrival*> const& data,
                                  std::vector<bool> const& used, std::string const& fallback);
  std::optional<outcome> came_otherwise(player const& p, operation const& o, std::string const& waited);
  outcome near(outcome o, arrival const& a) const;
  outcome no_line(expectation const& e, std::vector<std::string_view> const& lines, std::vector<bool> const& used,
                  arrival const& a) const;
  std::optional<outcome> poll_data(operation const& o, player& p);
  std::optional<outcome> poll_pop3(operation const& o, player& p, expectation const* end);
  std::size_t first_difference(arrival const& a, expectation const& e);

  stage& stage_;
  values& v_;
  std::map<std::string, std::string> traits_;
  std::string last_words_;  ///< what an alternative matched that ends the conversation
};

}  // namespace mailrig::scenario
