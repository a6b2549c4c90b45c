// client_suite: a client put to many cases, some side by side; gathers a run record.
#pragma once

#include <atomic>
#include <functional>

#include "play/case_play.hpp"

namespace mailrig::play {

struct client_suite_options {
  std::size_t jobs = 4;
  bool fail_fast = false;
};

/// Does a selector name this case: its id, a part of its id up to a slash, a glob, one of its tags, or a requirement?
bool selects(std::string_view selector, client_case const& c);

/// `progress` is called after each, from the playing threads, one at a time.
history::run_record put_to_all(std::vector<client_case> const& cases, case_setting const& s,
                               client_suite_options const& o,
                               std::function<void(history::scenario_result const&, std::size_t done)> const& progress,
                               std::atomic<bool> const& interrupted);

}  // namespace mailrig::play
