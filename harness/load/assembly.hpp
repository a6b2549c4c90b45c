// assembly: makes the record of a run out of what its threads or processes hand in, and of what the machine did
// meanwhile.
#pragma once

#include "load/machine.hpp"
#include "load/run.hpp"
#include "load/series.hpp"
#include "load/worker.hpp"

namespace mailrig::load {

class series_builder;

/// From before a run begins until it is over.
class assembly {
 public:
  /// `contributors`: who hands in intervals. The run begins at `began`, on base::now()'s axis.
  assembly(plan const& p, run_options const& o, std::size_t contributors, base::instant began);
  ~assembly();
  base::instant began() const { return began_; }
  interval_sink& intervals() { return series_; }
  load_record finish(std::vector<worker_result> results, bool interrupted);

 private:
  plan const& plan_;
  run_options const& options_;
  load_record record_;
  machine_counters before_;
  base::instant began_;
  std::unique_ptr<series_builder> builder_;
  series series_;
};

/// The same rule in several sessions is one finding, many times. At most `most` of them are kept.
void add_finding(std::vector<history::finding>& to, history::finding f, std::size_t most = SIZE_MAX);
/// A second, into the record of a run that goes on, for who looks on: at the end what was measured takes its place.
void add_so_far(load_record& r, interval const& i);
/// Its service levels and validity after that second.
void judge_so_far(load_record& r, interval const& i, std::vector<slo> const& slos);
/// What is made of its figures, signs and slos: validity and verdicts.
void judge_record(load_record& r, std::vector<slo> const& slos);
worker_result put_together(std::vector<worker_result> results);

}  // namespace mailrig::load
