// grammar: what clients may say, as productions from which commands are derived at random: forms of a symbol, in which
// `name` within backticks stands for another symbol.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.hpp"
#include "history/event.hpp"

namespace mailrig::stress {

struct production {
  std::string_view symbol;
  /// As a scenario's line says it. Some symbols have no production: "#" is a small number, "long" a long word, "sep"
  /// the hierarchy's delimiter; "nested", "nots" and "ors" are search keys within one another, many deep.
  std::string_view form;
  std::string_view needs = {};  ///< a capability; empty: always there
};

/// A kind of argument: the symbol that stands for it, and the one that has what is nearly right in its place.
struct argument_kind {
  std::string_view symbol, odd;
  bool is_name = false;  ///< of a mailbox
};

/// The form, each symbol in it replaced by what `value` has for it: for the how-manieth it is, from 0, and its name.
std::string with_symbols(std::string_view form,
                         std::function<std::string(std::size_t which, std::string_view symbol)> const& value);

/// One protocol's language as one server has it. Derives the same from the same random numbers.
class grammar {
 public:
  /// `offered`: the server's capabilities, upper case. A symbol's first form names no symbol that leads back to it: it
  /// ends what has become too deep.
  grammar(history::protocol proto, std::vector<std::string> const& offered, std::string delimiter);

  /// The symbol must have a form that needs nothing.
  std::string derive(std::string_view symbol, base::rng& random) const { return derive(symbol, random, 0); }
  /// One form of a symbol; what it names is drawn.
  std::string write(std::string_view form, base::rng& random) const;
  /// Those that the server has; none of a symbol without productions.
  std::vector<std::string_view> forms(std::string_view symbol) const;
  std::span<argument_kind const> arguments() const;
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
std::span<production const> imap_oddities();
std::span<production const> pop3_productions();
std::span<argument_kind const> imap_arguments();
std::span<argument_kind const> pop3_arguments();

}  // namespace mailrig::stress
