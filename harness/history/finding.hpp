// finding: a server's misbehaviour, told so that a person can act on it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "history/event.hpp"
#include "history/verdict.hpp"

namespace mailrig::history {

/// One step of what contradicts itself.
struct witness {
  base::instant at{};
  session_id session = 0;
  std::string text;
};

struct finding {
  std::string rule;                   ///< checker.rule or `expect`; stable over releases
  std::string requirement;            ///< a row of the catalogue, e.g. RFC3501-7.4.1-05; may be empty
  level weight = level::must;         ///< from the requirement
  session_id session = 0;             ///< who was told
  base::instant at{};                 ///< when it was seen
  std::string text;                   ///< what is wrong, one sentence
  std::vector<std::string> expected;  ///< each permitted alternative
  std::vector<std::string> misses;    ///< for each of `expected`, what of it that came nearest lacks; may be empty
  std::vector<witness> story;         ///< what led to it, when several sessions had a part
  std::string because;                ///< rule of the finding that this one follows from; mostly empty
  std::string octets;                 ///< what came, redacted, cut to a window
  std::size_t offset = 0;             ///< where in `octets` it goes wrong
  std::size_t stream_offset = 0;      ///< where in all that the server sent in this session
  std::size_t line = 0;               ///< line of the scenario, 0 when a checker saw it
  verdict outcome = verdict::fail;
  std::size_t times = 1;  ///< how often the same rule was broken in the same scenario

  /// Sets `octets` and `offset` to a window of `all` around `at`, without the secrets that this run knows.
  void show(std::string_view all, std::size_t at);
  /// In the sentences, which quote what was said.
  void hide_secrets();
};

}  // namespace mailrig::history
