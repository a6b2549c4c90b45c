// command: a subcommand of mailrig, which registers itself from a file of its own.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/options.hpp"
#include "base/registry.hpp"

namespace mailrig::app {

/// What a command line comes to: set by the options of the subcommand that it names.
struct invocation {
  std::string line;             ///< as typed, for reports
  std::function<int()> action;  ///< answers with the exit code
};

struct command {
  char const* name;
  int place;  ///< in `mailrig --help`; the lowest stands first
  char const* summary;
  /// Declares options, whose values live as long as `sub`, and lets `sub`'s callback set the action.
  void (*declare)(options& sub, invocation& to);
};

/// The usual end of declare: options of one type, and what is run with them. Those that have `command` learn the line.
template <class Options, class Run>
void acts(options& sub, invocation& to, std::shared_ptr<Options> o, Run run) {
  sub.when_read([o, &to, run] {
    if constexpr (requires { o->command; }) o->command = to.line;
    to.action = [o, run] { return run(*o); };
  });
}

}  // namespace mailrig::app
