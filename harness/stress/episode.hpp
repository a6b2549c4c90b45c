// episode: writes one random conversation of several devices while it is played: rounds in which some devices take
// their turns side by side, and audits between them. Seeded: the same answers give the same script.
#pragma once

#include <deque>

#include "scenario/runner.hpp"
#include "stress/turn.hpp"
#include "stress/workload.hpp"

namespace mailrig::stress {

struct episode_options {
  std::uint64_t seed = 1;
  std::size_t devices = 0;  ///< 0: the workload's
  std::size_t rounds = 0;   ///< 0: the workload's
  bool patient = false;     ///< time costs nothing: at the end wait until no lock may be left, and log in again
};

class episode {
 public:
  episode(workload const& w, episode_options const& o);

  /// The next operation of the script, for runner_options::go_on; nothing at the end.
  std::optional<scenario::operation> next(scenario::stage& s);
  /// No more rounds: what has begun is told, audited and left in order, as at the end of the last round.
  void finish();
  /// Header and all operations so far: played again, it does the same.
  scenario::script const& written() const { return script_; }
  /// The header alone, to begin with.
  scenario::script opening() const;
  std::size_t commands() const { return commands_; }

 private:
  std::optional<scenario::operation> draw(scenario::stage& s);
  bool possible(scenario::stage& s, scenario::operation const& o) const;
  void prologue(scenario::stage& s);
  void round(scenario::stage& s);
  void calm(scenario::stage& s);
  void audit(scenario::stage& s);
  void poll(scenario::stage& s);
  void farewell(scenario::stage& s);
  void take_turn(scenario::stage& s, device& d, std::vector<scenario::operation>& to);
  bool come_back(turn_writer& w);
  turn_writer writer(scenario::stage& s, device& d);
  /// Sends of several devices first, in a drawn order, then what they wait for.
  void interleave(std::vector<std::vector<scenario::operation>> turns);

  workload const& workload_;
  base::rng random_;
  std::size_t rounds_, round_ = 0, commands_ = 0;
  bool patient_;
  enum class stage : std::uint8_t { prologue, round, calm, audit, poll, farewell, over } stage_ = stage::prologue;
  std::vector<device> devices_;  ///< the last is the auditor
  notebook notes_;
  scenario::script script_;
  std::deque<scenario::operation> ahead_;
};

}  // namespace mailrig::stress
