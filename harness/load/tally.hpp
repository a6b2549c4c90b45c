// tally: what a run's operations came to, by kind, in integers that add exactly over threads, processes and runs.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "base/latency_histogram.hpp"
#include "load/operation.hpp"

namespace mailrig::load {

/// Nanoseconds. Failed operations are counted and stand in no histogram; late ones stand with the time that they had.
/// Where a late one ended its session, `failures` says that too.
struct figures {
  base::latency_histogram response, service, blocked, dispatch;
  std::uint64_t done = 0, failed = 0, late = 0;
  std::map<std::string, std::uint64_t> failures;  ///< why -> how often; the first hundred reasons

  std::uint64_t all() const { return done + failed + late; }
  void merge(figures const& other);
};

/// One writer.
class tally {
 public:
  void record(operation const& o, std::string_view why = {});
  void merge(tally const& other);
  figures& of(kind_id kind);
  /// By name: only kinds that occurred.
  std::map<std::string, figures const*> kinds() const;
  /// All of them in one, without compounds, which contain others.
  figures together() const;
  std::uint64_t operations() const;
  std::uint64_t unsuccessful() const;  ///< failed and late

 private:
  std::vector<std::unique_ptr<figures>> kinds_;
};

/// Whether a kind is made of other operations, so that counting it too would count twice.
bool is_compound(std::string_view kind);

}  // namespace mailrig::load
