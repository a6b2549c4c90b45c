// second_account: see second_account.hpp.
#include "scenario/second_account.hpp"

#include "scenario/bystander.hpp"

namespace mailrig::scenario {

using history::protocol;

second_account::second_account(net::loop& l, target const& t, runner_options const& o)
    : options_(o),
      nobody_({}, nullptr, o.limits),
      stage_(l, t, o.second->who, nobody_, nobody_, o.limits, *o.trust, o.allowed),
      house_(stage_, t, o.box, o.delimiter) {
  stage_.add("setup", t.imap ? protocol::imap : protocol::pop3);
}

base::result<void> second_account::prepare() { return house_.prepare(options_.second->may_empty, {}); }

base::result<void> second_account::clean() {
  stage_.begin_cleaning();
  return house_.clean();
}

/// The scenario may have taken all of its time, and an exploration more.
void second_account::go_on(bool hurried) {
  stage_.allow(stage_.working_time() + 4 * options_.limits.step);
  if (hurried) stage_.lose_patience();
}

void second_account::ask(bool hurried) {
  go_on(hurried);
  asked_ = ask_whether_well(stage_, stage_.at(0));
}

base::result<void> second_account::still_answers() { return scenario::still_answers(stage_, stage_.at(0), asked_); }

base::result<void> second_account::lets_in(protocol proto, bool hurried) {
  go_on(hurried);
  return scenario::lets_in(stage_, proto);
}

}  // namespace mailrig::scenario
