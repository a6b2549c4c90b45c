// judge: runs checkers over a stream of events, live or from a trace, and collects their findings.
#pragma once

#include <map>
#include <set>
#include <utility>

#include "check/gap.hpp"
#include "history/requirement.hpp"

namespace mailrig::check {

/// One mail store's sessions. Feed it every event in order; single-threaded. `opened` begins a session anew, so that
/// numbers can be used again and again.
class judge final : public history::event_sink {
 public:
  /// `kinds` empty: no checker, only the models. `requirements` must outlive the judge; null grades all as MUST.
  judge(std::vector<checker_kind const*> const& kinds, history::catalogue const* requirements,
        base::limits const& limits = {});
  ~judge() override;

  /// Findings of this event come out of findings(); `observer` sees each item after the checkers and before the models.
  void take(history::event const& e) override;
  void observe(model::item_sink* observer) { observer_ = observer; }

  /// Before the events come: what the record that they are read from lacks.
  void lacks(std::vector<gap> const& gaps);

  model::conversation const* find(history::session_id id) const;
  std::vector<history::finding> const& findings() const { return findings_; }
  /// What was found so far; judging may go on, and tells what is found again.
  std::vector<history::finding> take_findings() {
    seen_.clear();
    return std::exchange(findings_, {});
  }
  std::size_t dropped() const { return dropped_; }

  /// What a session's broken responses told is lost: checkers that build on it are mute from there on.
  struct silence {
    history::session_id session = 0;
    base::instant at{};
    std::string broken;          ///< the first response, as people call it: "FETCH", "a tagged response"
    bool ours = false;           ///< it broke nothing, and was more than we read
    bool unrecorded = false;     ///< nothing was broken: `broken` is what the record lacks
    std::set<std::string> mute;  ///< names of checkers
    std::map<std::string, std::size_t> left_out;  ///< rule -> how often it would have spoken
  };
  std::vector<silence> const& silences() const { return silences_; }

 private:
  class hearing;
  std::unique_ptr<hearing> hearing_;
  std::vector<std::unique_ptr<model::conversation>> sessions_;
  history::catalogue const* requirements_;
  base::limits limits_;
  model::item_sink* observer_ = nullptr;
  std::vector<history::finding> findings_;
  std::map<std::string, std::size_t> seen_;  ///< rule and session -> index of its finding
  std::size_t dropped_ = 0;
  std::vector<silence> silences_;
};

/// What was left out of the judgement and why, a sentence each; `sessions`: names by number.
std::vector<std::string> notes_of(judge const& from, std::vector<std::string> const& sessions);

}  // namespace mailrig::check
