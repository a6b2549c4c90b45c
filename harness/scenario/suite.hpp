// suite: chooses scenarios, plays them side by side on accounts of their own, and gathers a run record.
#pragma once

#include <atomic>
#include <functional>

#include "scenario/offer.hpp"
#include "scenario/runner.hpp"

namespace mailrig::scenario {

struct suite_options {
  std::size_t jobs = 4;
  std::uint64_t seed = 1;
  history::level least = history::level::may;  ///< weaker findings are left out
  bool fail_fast = false;
  bool allow_destructive = false;
  bool spread = false;  ///< as of a scenario that is run
  std::filesystem::path trace_folder;
  std::shared_ptr<history::trace_budget> trace_budget;  ///< null: no limit
  base::limits limits;
};

/// Does a selector name this scenario?
bool selects(std::string_view selector, script const& s);

/// Tagged `big`: it takes minutes, and is played where it is asked for by its id or by the tag, not with others.
bool is_big(script const& s);
/// A selector that selects it means it: what is tagged `big` or `slow` is meant by its id, its file or the tag.
bool asks_for(std::string_view selector, script const& s);

/// Leaves out findings of weaker requirements than `least`, and grades the result anew.
void drop_weaker(history::scenario_result& r, history::level least);

/// Adds that the server's process ended, or went deaf, while this was played, and had to be started again.
void blame_end(history::scenario_result& r, script const& s);

/// Where each scenario's trace goes: a file of its own below `folder`, whatever its id is made of.
std::vector<std::filesystem::path> trace_files(std::filesystem::path const& folder, std::vector<script> const& scripts);

/// The time it is, as a run record says it.
std::string utc_now();

/// Plays `scripts` (all of them; select before). `progress` is called after each, from the playing threads, one at a
/// time.
base::result<history::run_record> play_all(
    target const& t, std::vector<script> const& scripts, mailroom const& mail, history::catalogue const& requirements,
    suite_options const& options,
    std::function<void(history::scenario_result const&, std::size_t done)> const& progress,
    std::atomic<bool> const& interrupted);

}  // namespace mailrig::scenario
