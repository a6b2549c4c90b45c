// run_end: whether the process's run is to end before its time, and why: a signal came, or its time is over.
#pragma once

#include <atomic>
#include <string>

namespace mailrig::base {

/// A process has one run. Any thread; setting the flag is safe in a signal's handler once flag() was called before.
struct run_end {
  /// Once true, nothing new is begun and nothing is waited for.
  static std::atomic<bool>& flag() {
    static std::atomic<bool> set{false};
    return set;
  }
  /// Why, where it was no signal: written once, before `by_time` and flag() are set.
  static std::string& time_words() {
    static std::string words;
    return words;
  }
  static std::atomic<bool>& by_time() {
    static std::atomic<bool> set{false};
    return set;
  }
};

/// "interrupted", or "the time of --timeout 30s was over".
inline std::string end_words() { return run_end::by_time() ? run_end::time_words() : "interrupted"; }

}  // namespace mailrig::base
