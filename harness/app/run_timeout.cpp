// run_timeout: see run_timeout.hpp.
#include "app/run_timeout.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "app/command_options.hpp"
#include "app/exit_code.hpp"
#include "app/interrupts.hpp"
#include "base/run_end.hpp"
#include "base/text.hpp"

namespace mailrig::app {

void add_timeout(options& c, std::string& timeout) {
  c.add_option("--timeout", timeout,
               "time of the whole run, e.g. 10m; then it ends as if interrupted: what is left is told, exit code 3 "
               "unless something failed before")
      .time();
}

run_timeout::run_timeout(std::string const& timeout, bool worker)
    : interrupted_(catch_interrupts(worker)), tells_(!worker) {
  if (!timeout.empty()) watch_ = std::thread([this, timeout] { watch(timeout); });
}

run_timeout::~run_timeout() {
  {
    std::lock_guard const lock(mutex_);
    over_ = true;
  }
  news_.notify_all();
  if (watch_.joinable()) watch_.join();
  if (tells_ && interrupted_) std::cerr << "mailrig: ended before its time: " << base::end_words() << '\n';
}

void run_timeout::watch(std::string const& timeout) {
  constexpr std::chrono::seconds grace{30};
  std::unique_lock lock(mutex_);
  if (news_.wait_for(lock, *base::read_duration(timeout), [this] { return over_; })) return;
  base::run_end::time_words() = fmt::format("the time of --timeout {} was over", timeout);
  base::run_end::by_time() = true;
  base::run_end::flag() = true;
  if (news_.wait_for(lock, grace, [this] { return over_; })) return;
  std::cerr << fmt::format("mailrig: the time of --timeout {} has been over for {} s, and the run has not ended\n",
                           timeout, grace.count());
  _exit(inconclusive);
}

void add_trace_limit(options& c, std::uint64_t& octets) {
  c.add_option("--trace-limit", octets, "octets of all traces together, e.g. 500M; what comes after is not written")
      .octets()
      .shows_default();
}

std::shared_ptr<history::trace_budget> limited_traces(std::uint64_t octets) {
  return {new history::trace_budget(octets), [](history::trace_budget const* b) {
            if (b->reached())
              std::cerr << fmt::format("mailrig: the traces reached --trace-limit {}: what came after is not in them\n",
                                       b->limit());
            delete b;
          }};
}

}  // namespace mailrig::app
