// performance: plays one script against one account and says what it found.
#pragma once

#include "base/rng.hpp"
#include "scenario/mailroom.hpp"
#include "scenario/script.hpp"
#include "scenario/stage.hpp"

namespace mailrig::scenario {

struct performance_options {
  std::uint64_t seed = 1;
  bool may_empty = false;       ///< mail that is there may be removed
  std::filesystem::path trace;  ///< file to write events to; empty: none
  history::catalogue const* requirements = nullptr;
  std::vector<check::checker_kind const*> checkers;
  base::limits limits;
  base::result<net::tls_context> const* trust = nullptr;  ///< made once a run: it reads the system's certificates
  std::string box;                                        ///< $box: a mailbox name that nobody else uses
  std::string delimiter = "/";
};

/// Prepares the account, plays, cleans up. Runs on the calling thread; `l` must be that thread's.
history::scenario_result perform(net::loop& l, target const& t, session::credentials const& account, script const& s,
                                 mailroom const& mail, performance_options const& options);

}  // namespace mailrig::scenario
