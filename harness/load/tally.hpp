// tally: what a run's operations came to, by kind, in integers that add exactly over threads, processes and runs.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "base/latency_histogram.hpp"
#include "load/operation.hpp"
#include "load/refusal.hpp"

namespace mailrig::load {

/// Nanoseconds. Failed operations are counted and stand in no histogram; late ones stand with the time that they had.
/// Where a late one ended its session, `failures` says that too.
struct figures {
  base::latency_histogram response, service, blocked, dispatch;
  std::uint64_t done = 0, failed = 0, late = 0;
  std::map<std::string, std::uint64_t> failures;  ///< why -> how often; the first hundred reasons
  refusal_counts refusals;                        ///< of the failed ones: those that the server declined in words
  base::latency_histogram declined;               ///< service of these

  std::uint64_t all() const { return done + failed + late; }
  std::uint64_t refused() const { return refusals.by_policy(); }
  void merge(figures const& other);
};

/// One writer.
class tally {
 public:
  /// `by`: how the server declined it; null where it did not.
  void record(operation const& o, std::string_view why = {}, refusal const* by = nullptr);
  void merge(tally const& other);
  figures& of(kind_id kind);
  /// By name: only kinds that occurred.
  std::map<std::string, figures const*> kinds() const;
  /// All of them in one, without compounds, which contain others.
  figures together() const;
  std::uint64_t operations() const;
  std::uint64_t unsuccessful() const;  ///< failed and late
  std::uint64_t refused() const;       ///< of these: by the server's policy

 private:
  std::vector<std::unique_ptr<figures>> kinds_;
};

/// A login that a device put off, since the server had announced that it would be refused (LOGIN-DELAY): from when it
/// was due to when it was allowed. Nothing was asked of the server.
inline constexpr std::string_view put_off_login = "login.put-off";

/// Whether a kind is made of other operations, or of none, so that it counts in no total.
bool is_compound(std::string_view kind);

}  // namespace mailrig::load
