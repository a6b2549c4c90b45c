// batch: several inputs as one scenario: each by sessions of its own, one after another, and between and behind them
// sessions that say nothing odd: they must be served as if nothing had happened.
#pragma once

#include "stress/fuzz/input.hpp"

namespace mailrig::stress {

struct batch {
  scenario::script script;
  std::vector<input> inputs;
  /// Which input a session of that name belongs to; nothing: to none.
  std::optional<std::size_t> owner(std::string_view session) const;
};

struct batch_options {
  bool looks_by_imap = false;  ///< a session beside those of the inputs has the inbox open all the time
  bool patient = false;        ///< time costs nothing: no lock of a maildrop can be held any longer at the end
};

/// A user who comes, is served, and goes; `patient`: by POP3 only when a while has passed.
scenario::script visit(history::protocol proto, bool patient = false);

/// Settled inputs of one protocol; 1 to 20.
batch join(std::vector<input> inputs, batch_options const& o);

}  // namespace mailrig::stress
