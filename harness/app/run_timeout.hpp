// run_timeout: --timeout: the time that a whole run may take; then it ends in order, as if it were interrupted.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "app/options.hpp"
#include "history/trace.hpp"

namespace mailrig::app {

/// Empty: none.
void add_timeout(options& c, std::string& timeout);

/// Lives as long as the run, which signals end in order (see interrupts.hpp), and so does the end of its time. A run
/// that goes on for half a minute after that is ended without a report, with exit code 3. What ended early is told.
class run_timeout {
 public:
  /// `timeout` as add_timeout has checked it; `worker` as of catch_interrupts.
  explicit run_timeout(std::string const& timeout, bool worker = false);
  ~run_timeout();
  run_timeout(run_timeout const&) = delete;
  std::atomic<bool> const& interrupted() const { return interrupted_; }

 private:
  void watch(std::string const& timeout);

  std::atomic<bool> const& interrupted_;
  bool tells_;
  std::mutex mutex_;
  std::condition_variable news_;
  bool over_ = false;
  std::thread watch_;
};

/// --trace-limit: octets of all traces of a run together.
void add_trace_limit(options& c, std::uint64_t& octets);
inline constexpr std::uint64_t usual_trace_limit = std::uint64_t(4) << 30;
/// Its last owner says on the terminal that traces were cut, where they were.
std::shared_ptr<history::trace_budget> limited_traces(std::uint64_t octets);

}  // namespace mailrig::app
