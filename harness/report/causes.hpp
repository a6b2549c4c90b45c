// causes: findings of a run put together by what they have in common, so that one mistake of a server is told once
// and not as often as scenarios meet it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "history/run_record.hpp"

namespace mailrig::report {

/// What several scenarios have in common: a checker's rule; an expectation that met the same words; or why they could
/// not be played. Points into the run record.
struct cause {
  history::verdict outcome = history::verdict::pass;       ///< the worst of its findings
  std::string what;                                        ///< one line
  history::finding const* finding = nullptr;               ///< the first; null: scenarios that could not be played
  std::vector<history::scenario_result const*> scenarios;  ///< each once, the first first; never empty
  std::size_t known = 0;                                   ///< of them, whose failures the baseline knows

  history::scenario_result const& first() const { return *scenarios.front(); }
  bool is_first(history::scenario_result const& r) const { return scenarios.front() == &r; }
};

/// Findings of one scenario that say the same; points into the run record.
struct told_once {
  history::finding const* finding = nullptr;  ///< the first of them
  std::size_t times = 0;                      ///< of all
};

class causes {
 public:
  /// `run` must outlive it.
  explicit causes(history::run_record const& run);

  /// In order of weight, then of how many scenarios show it.
  std::vector<cause const*> by_weight() const;
  /// `f` is one of the run's.
  cause const* of(history::finding const& f) const;
  /// What a scenario's findings say, each rule of a cause once: sessions by the dozen may show it.
  std::vector<told_once> told_by(history::scenario_result const& r) const;
  /// Why it could not be played; null when it was.
  cause const* of(history::scenario_result const& r) const;
  /// It shows nothing that an earlier scenario does not show.
  bool says_nothing_new(history::scenario_result const& r) const;
  /// Why scenarios were skipped, and which: reason -> scenarios.
  std::map<std::string, std::vector<history::scenario_result const*>> const& skipped() const { return skipped_; }

 private:
  cause& under(std::string const& key, history::scenario_result const& r, history::verdict v);

  std::vector<cause> all_;
  std::map<std::string, std::size_t> by_key_;
  std::map<history::finding const*, std::size_t> of_finding_;
  std::map<history::scenario_result const*, std::size_t> of_result_;
  std::map<std::string, std::vector<history::scenario_result const*>> skipped_;
};

/// "64 scenarios", "1 scenario".
std::string scenarios_text(std::size_t n);

}  // namespace mailrig::report
