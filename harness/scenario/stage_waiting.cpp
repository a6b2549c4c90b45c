// stage_waiting: how long a stage waits: for an answer, for the scenario's time, for a run that is to end; and what our
// own loop's lateness adds to it.
#include <fmt/format.h>

#include "base/run_end.hpp"
#include "scenario/stage.hpp"

namespace mailrig::scenario {

bool stage::wait(std::function<bool()> const& done, base::duration limit) {
  auto const from = loop_.now(), still = net::stood_still(loop_);
  auto const patience = [&] { return from + limit + (net::stood_still(loop_) - still); };
  // A signal wakes no loop. One in simulated time is never idle, and a long answer may cost it minutes.
  bool const looks_up = !loop_.simulated();
  bool over = false;
  auto const done_or_over = [&] { return done() || (over = !looks_up && is_interrupted() && !cleaning_); };
  for (;;) {
    if (stop_waiting()) return loop_.run_until(done, loop_.now());
    auto const until = std::min(patience(), end_ + waited_ + stood_still());
    auto const next = looks_up ? std::min(until, loop_.now() + std::chrono::milliseconds(100)) : until;
    if (loop_.run_until(done_or_over, next) && !over) return true;
    auto const now = loop_.now();
    if (now >= patience()) return false;
    if (now + std::chrono::milliseconds(1) < next) return false;  // the loop was stopped
  }
}

bool stage::stop_waiting() {
  if (!cut_short_.empty()) return true;
  if (working_time() - stood_still() >= end_)
    cut_short_ =
        cleaning_ ? "cleaning up took longer than it may"
                  : fmt::format("it took longer than the {} s that it may", (end_ - epoch_) / std::chrono::seconds(1));
  else if (is_interrupted() && !cleaning_)
    cut_short_ = base::end_words();
  return !cut_short_.empty();
}

void stage::begin_cleaning() {
  // Whoever was silent while the scenario was played is hardly talkative now.
  constexpr std::chrono::milliseconds hurried{1500}, brief{5000};
  auto const most = is_interrupted() ? hurried : gave_up_ || !cut_short_.empty() ? brief : allowed_.cleaning;
  cleaning_ = true;
  cut_short_.clear();
  end_ = working_time() - stood_still() + std::min(most, allowed_.cleaning);
}

std::string stage::asked_of(player const& p) const {
  if (!p.unanswered.empty()) return p.unanswered.front().name;
  auto const* c = conversation(p);
  if (c && p.proto == history::protocol::pop3)
    return c->pop3().unanswered.empty() ? std::string() : c->pop3().unanswered.front().keyword;
  auto const* oldest = c ? c->imap().oldest() : nullptr;
  return oldest ? std::string(oldest->sent.name) : std::string();
}

void stage::give_up(player& p) {
  if (!p.channel) return;
  if (cut_short_.empty() && is_open(p)) target_.silences->silent(asked_of(p));
  gave_up_ = gave_up_ || cut_short_.empty();
  cut_short_.empty() ? p.channel->give_up() : p.channel->close();
}

}  // namespace mailrig::scenario
