// trace: a run's events on disk, one JSON object a line, so that what a crash leaves can still be read and judged.
// The first line is a header; its schema and that of the events is reports/trace.schema.json.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>

#include "base/result.hpp"
#include "history/event.hpp"

namespace mailrig::history {

inline constexpr int trace_version = 1;

/// What the header says beside its version: scenario, target, seed, sessions' names ...
using trace_header = std::map<std::string, std::string>;

/// What all traces of a run may take of the disk together. Any thread.
class trace_budget {
 public:
  explicit trace_budget(std::uint64_t octets) : limit_(octets) {}
  /// False: that would be more than there is; from then on it is so for good.
  bool spend(std::uint64_t octets) {
    if (!reached_ && spent_.fetch_add(octets) + octets > limit_) reached_ = true;
    return !reached_;
  }
  bool reached() const { return reached_; }
  std::uint64_t limit() const { return limit_; }

 private:
  std::uint64_t limit_;
  std::atomic<std::uint64_t> spent_{0};
  std::atomic<bool> reached_{false};
};

/// Appends; each event is handed to the system before take() returns. One thread.
class trace_writer final : public event_sink {
 public:
  /// Without a budget it has no limit; once that is reached, a last line says so and nothing more is written.
  static base::result<trace_writer> open(std::filesystem::path const& file, trace_header const& header,
                                         std::shared_ptr<trace_budget> budget = nullptr);
  void take(event const& e) override;
  /// From here on the events lack something: `gaps` is what a header's `incomplete` would say of it.
  void lacks(std::string_view gaps);
  /// False once the disk has refused a write.
  bool good() const { return out_.good(); }

 private:
  void write(std::string line);

  std::ofstream out_;
  std::shared_ptr<trace_budget> budget_;
  bool over_ = false;  ///< the budget is
};

struct trace_summary {
  trace_header header;
  std::size_t events = 0;
  bool cut_short = false;  ///< the last line was not whole: the writer died
  bool limited = false;    ///< its writer's budget was reached: more happened than it has
};

/// Hands every event to `sink` in order, and to `begin` the header and each later line that adds to it. A line that is
/// not JSON in mid-file is a fault with its line number.
base::result<trace_summary> read_trace(std::filesystem::path const& file, event_sink& sink,
                                       std::function<void(trace_header const&)> const& begin = {});

}  // namespace mailrig::history
