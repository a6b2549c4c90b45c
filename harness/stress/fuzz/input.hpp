// input: one conversation that the fuzzer plays and changes: sessions that all begin closed, and what each does. It is
// kept as a scenario file, which `mailrig check` plays too.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "scenario/script.hpp"
#include "stress/fuzz/grammar.hpp"

namespace mailrig::stress {

struct input {
  history::protocol proto = history::protocol::imap;
  std::size_t sessions = 1;
  std::vector<scenario::operation> steps;
  bool odd = false;  ///< not all of it is of the protocol's grammar
  /// A session of it says that it will say no more, and hears on.
  bool half_closes() const {
    return std::ranges::any_of(steps, [](auto const& o) { return o.action == "close"; });
  }
};

/// Steps of an input.
scenario::operation say(std::size_t session, std::string line);
scenario::operation octets(std::size_t session, std::string_view what);
scenario::operation act(std::size_t session, std::string action, std::string argument = {});
scenario::operation wait(base::duration d);

/// "raw" and "cut" only: what they send, "$box" left as it stands. Other steps send nothing of that kind.
inline bool sends_octets(scenario::operation const& o) { return o.action == "raw" || o.action == "cut"; }
/// Lines, or octets as they stand.
inline bool speaks(scenario::operation const& o) {
  return o.what == scenario::operation::kind::send || sends_octets(o);
}
std::string octets_of(scenario::operation const& o);
/// Of all steps.
std::string octets_of(input const& in);
/// The argument of "raw" that sends these octets; long runs of one octet are written "x"*N.
std::string in_quotes(std::string_view what);
/// A line as the octets of a command with that tag (empty for POP3); a literal's octets follow without waiting for "+".
std::string octets_of_line(std::string_view line, std::string_view tag);

/// A session that logs in, which the server may close; IMAP opens the inbox.
void enter(input& to, std::size_t session);
/// A few commands of the grammar by one session.
input derive_input(grammar const& words, base::rng& random);

/// As a file of the corpus, and back. The fault says what is wrong with it.
std::string text_of(input const& in);
base::result<input> read_input(std::string_view text, std::string const& file);

}  // namespace mailrig::stress
