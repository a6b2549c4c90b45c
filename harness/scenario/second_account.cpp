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

base::result<void> second_account::is_served(protocol proto) {
  // The scenario may have taken all of its time, and an exploration more.
  stage_.allow(stage_.working_time() + 4 * options_.limits.step);
  if (auto const stays = still_answers(stage_, stage_.at(0)); !stays) return stays;
  return lets_in(stage_, proto);
}

}  // namespace mailrig::scenario
