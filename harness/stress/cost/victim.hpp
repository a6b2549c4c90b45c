// victim: another user while a server is attacked: a session that asks for nothing but to be answered, now and then,
// and how long it waited.
#pragma once

#include "net/timer.hpp"
#include "scenario/stage.hpp"

namespace mailrig::stress {

/// Works on a session that is logged in; what is passed must outlive it. How long it waited is known to its period.
class victim {
 public:
  victim(scenario::stage& s, scenario::player& p);

  void begin();
  /// The longest wait since begin(), what our own loop was late taken off; one that has not ended counts as long as it
  /// has lasted.
  base::duration end();
  static constexpr std::chrono::milliseconds period{25};

 private:
  void tick();
  void ask();
  bool was_answered() const;
  base::duration waited() const;

  scenario::stage& stage_;
  scenario::player& player_;
  net::timer again_;
  bool waits_ = false;
  base::instant asked_{};
  base::duration still_{}, longest_{};
};

}  // namespace mailrig::stress
