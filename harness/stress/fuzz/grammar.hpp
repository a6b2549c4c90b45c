// grammar: what clients may say, as productions from which commands are derived at random: forms of a symbol, in which
// `name` within backticks stands for another symbol.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.hpp"
#include "history/event.hpp"

namespace mailrig::stress {

struct production {
  std::string_view symbol;
  /// As a scenario's line says it; three symbols have no production: "#" is a small number, "long" a long word, and
  /// "sep" the hierarchy's delimiter.
  std::string_view form;
  std::string_view needs = {};  ///< a capability; empty: always there
};

/// One protocol's language as one server has it. Derives the same from the same random numbers.
class grammar {
 public:
  /// `offered`: the server's capabilities, upper case. A symbol's first form names no symbol that leads back to it: it
  /// ends what has become too deep.
  grammar(history::protocol proto, std::vector<std::string> const& offered, std::string delimiter);

  /// The symbol must have a form that needs nothing.
  std::string derive(std::string_view symbol, base::rng& random) const { return derive(symbol, random, 0); }
  history::protocol proto() const { return proto_; }

 private:
  std::string derive(std::string_view symbol, base::rng& random, int depth) const;

  history::protocol proto_;
  std::string delimiter_;
  std::vector<production> forms_;  ///< those that the server has, by symbol
};

/// "command" is a whole line; "odd-set", "odd-date", "odd-box" and so on stand where what their names say would be
/// right.
std::span<production const> imap_productions();
std::span<production const> pop3_productions();

}  // namespace mailrig::stress
