// suite: chooses scenarios, plays them side by side on accounts of their own, and gathers a run record.
#pragma once

#include <atomic>
#include <functional>

#include "scenario/performance.hpp"

namespace mailrig::scenario {

struct suite_options {
  std::vector<std::string> selectors;  ///< id, path, glob, requirement, RFC section or tag; empty: all
  std::size_t jobs = 4;
  std::uint64_t seed = 1;
  history::level least = history::level::may;  ///< weaker findings are left out
  bool fail_fast = false;
  bool allow_destructive = false;
  std::filesystem::path trace_folder;
  base::limits limits;
};

/// What a server offers, asked once before a run.
struct offer {
  std::vector<std::string> imap, pop3;  ///< capabilities, upper case
  std::string delimiter = "/";
};

/// Does a selector name this scenario?
bool selects(std::string_view selector, script const& s);
base::result<offer> probe(net::loop& l, target const& t, base::result<net::tls_context> const& trust);
/// Why a scenario cannot run there; empty when it can.
std::string missing(script const& s, target const& t, offer const& o);

/// Leaves out findings of weaker requirements than `least`, and grades the result anew.
void drop_weaker(history::scenario_result& r, history::level least);

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
