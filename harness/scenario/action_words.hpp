// action_words: what a session of a script may do besides sending and expecting, and what each action takes.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>

#include "base/text.hpp"

namespace mailrig::scenario {

inline constexpr std::string_view actions[] = {
    "connect",   "explore",   "login",       "drop",        "close",         "reset",     "raw",         "cut",
    "starttls",  "compress",  "stall",       "resume",      "hello",         "try-login", "handshake",   "poll",
    "may-close", "blackhole", "time-logins", "renegotiate", "time-failures", "sasl",      "authenticate"};
/// Of what is played from the server's side.
inline constexpr std::string_view played_actions[] = {"accept", "answer", "certificate", "flood", "mail"};
inline constexpr std::string_view powers[] = {"kill", "freeze", "thaw"};

/// An action whose argument is a number.
struct counting_action {
  std::string_view word;
  std::uint64_t least;
  bool alone;  ///< not within "concurrently"
  std::string_view takes;
};
inline constexpr counting_action counting_actions[] = {
    {"poll", 0, false, "'poll' takes how many messages the session is to be told of: poll 3"},
    {"time-logins", 1, true,
     "'time-logins' takes how many pairs of refused logins, outside 'concurrently': time-logins 40"},
    {"time-failures", 1, true,
     "'time-failures' takes how many refused logins, outside 'concurrently': time-failures 24"},
    {"renegotiate", 1, false, "'renegotiate' takes how many handshakes more: renegotiate 10"},
};

/// What an action takes, where its argument is something else; empty: it is right.
inline std::string_view bad_argument(std::string_view word, std::string_view argument, bool concurrently) {
  constexpr std::string_view versions[] = {"1.0", "1.1", "1.2", "1.3"};
  if (word == "handshake" && !argument.empty() && std::ranges::find(versions, argument) == std::end(versions))
    return "'handshake' takes a version of TLS, 1.0 to 1.3, or nothing: handshake 1.2";
  if ((word == "sasl" || word == "authenticate") && (argument.empty() || concurrently))
    return "'sasl' and 'authenticate' take a mechanism and what is said otherwise, outside 'concurrently': "
           "authenticate SCRAM-SHA-256 flag=y";
  if (word == "poll" && base::words(argument).size() > 1) {
    auto const what = base::words(argument);
    auto const time = what.size() == 3 && what[1] == "within" ? base::read_duration(what[2]) : std::nullopt;
    return base::number(what[0]) && time && *time <= std::chrono::minutes(1)
               ? std::string_view()
               : "'poll' takes how many messages the session is to be told of, and up to 1m for it: poll 3 within 2s";
  }
  auto const* const c = std::ranges::find(counting_actions, word, &counting_action::word);
  if (c == std::end(counting_actions)) return {};
  auto const n = base::number(argument);
  return n && *n >= c->least && !(c->alone && concurrently) ? std::string_view() : c->takes;
}

}  // namespace mailrig::scenario
