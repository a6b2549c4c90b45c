// run_record: what a run came to; every report format is a view of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "history/finding.hpp"

namespace mailrig::history {

/// One line of a conversation, redacted and printable, on the scenario's time axis.
struct transcript_line {
  base::instant at{};
  session_id session = 0;
  event_kind kind = event_kind::sent;
  std::string text;
};

/// A failing scenario before its baseline: all of it known; the scenario newer than the baseline, so that it does not
/// gate yet; failing otherwise than the baseline knows; or unknown to it.
enum class standing : std::uint8_t { regression, known, fresh, changed };

constexpr std::string_view name_of(standing s) {
  constexpr std::string_view names[] = {"regression", "known", "new", "changed"};
  return names[std::size_t(s)];
}

/// What became of one exploration: which pairs of its forms were sent.
struct exploration_result {
  std::string kind;
  std::size_t rows = 0;              ///< requests, each with what went before and after it
  std::size_t pairs = 0, sent = 0;   ///< pairs of forms that this server has, and those that were sent
  std::vector<std::string> missing;  ///< "uid=yes set=range"; the first of those not sent
};

struct scenario_result {
  std::string id;  ///< path below scenarios/ without its ending; stable
  std::string title;
  std::string file;  ///< where it was read from
  std::vector<std::string> proves;
  verdict outcome = verdict::skip;
  std::string reason;  ///< why skipped, unknown or in error
  std::chrono::nanoseconds took{};
  std::vector<std::string> sessions;  ///< names, by session id
  std::vector<finding> findings;
  std::size_t findings_dropped = 0;
  std::vector<std::string> notes;             ///< what was left out of the judgement, and why
  std::vector<transcript_line> transcript;    ///< kept only where there is something to explain
  std::string rerun;                          ///< the command that runs just this
  std::map<std::string, std::string> traits;  ///< choices that the RFC leaves, as seen here: name -> label
  std::vector<exploration_result> explored;
  std::set<std::string> exercised;         ///< capabilities that it asked for something; "pop3:" before POP3's
  standing stands = standing::regression;  ///< what a baseline says of its failure
  bool known() const { return stands == standing::known; }
};

/// A failing finding's stable name: `scenario#rule`.
inline std::string finding_id(scenario_result const& r, finding const& f) { return r.id + "#" + f.rule; }

struct run_record {
  std::string target, target_version, command, started;  ///< started: UTC, ISO 8601
  std::string defect;
  std::vector<std::string> imap_capabilities, pop3_capabilities;  ///< before and after login together
  std::uint64_t seed = 0;
  bool part = false;  ///< of the suite: what was not chosen nobody wanted to know
  std::chrono::nanoseconds took{};
  std::vector<scenario_result> results;              ///< ordered by id
  std::vector<std::string> stale;                    ///< baseline lines that matched nothing
  std::map<std::string, std::string> known_reasons;  ///< finding id -> the baseline's reason

  /// Trait -> label -> ids of the scenarios that saw it; a server that is consistent has one label each.
  std::map<std::string, std::map<std::string, std::vector<std::string>>> traits() const {
    std::map<std::string, std::map<std::string, std::vector<std::string>>> out;
    for (auto const& r : results)
      for (auto const& [trait, label] : r.traits) out[trait][label].push_back(r.id);
    return out;
  }
  /// All explorations taken together.
  struct exploration_sum {
    std::size_t kinds = 0, pairs = 0, sent = 0;
  };
  exploration_sum explored() const {
    exploration_sum out;
    std::set<std::string> kinds;
    for (auto const& r : results)
      for (auto const& e : r.explored) kinds.insert(e.kind), out.pairs += e.pairs, out.sent += e.sent;
    out.kinds = kinds.size();
    return out;
  }
  /// Announced by the server and asked for by no scenario that was played.
  std::vector<std::string> unexercised() const {
    std::set<std::string> asked;
    for (auto const& r : results) asked.insert(r.exercised.begin(), r.exercised.end());
    // A number behind "=" is a limit of the server's, not another capability: who needs it names it without.
    auto const named = [](std::string const& c) {
      auto const equals = c.find('=');
      bool const limit =
          equals != c.npos && equals + 1 < c.size() && c.find_first_not_of("0123456789", equals + 1) == c.npos;
      return limit ? c.substr(0, equals) : c;
    };
    std::vector<std::string> out;
    for (auto const& c : imap_capabilities)
      if (!asked.contains(c) && !asked.contains(named(c))) out.push_back(c);
    for (auto const& c : pop3_capabilities)
      if (!asked.contains("pop3:" + c)) out.push_back("pop3:" + c);
    return out;
  }
  std::size_t count(verdict v) const {
    std::size_t n = 0;
    for (auto const& r : results) n += r.outcome == v;
    return n;
  }
};

}  // namespace mailrig::history
