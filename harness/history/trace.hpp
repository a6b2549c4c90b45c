// trace: a run's events on disk, one JSON object a line, so that what a crash leaves can still be read and judged.
// The first line is a header; its schema and that of the events is reports/trace.schema.json.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

#include "base/result.hpp"
#include "history/event.hpp"

namespace mailrig::history {

inline constexpr int trace_version = 1;

/// What the header says beside its version: scenario, target, seed, sessions' names ...
using trace_header = std::map<std::string, std::string>;

/// Appends; each event is handed to the system before take() returns. One thread.
class trace_writer final : public event_sink {
 public:
  static base::result<trace_writer> open(std::filesystem::path const& file, trace_header const& header);
  void take(event const& e) override;
  /// False once the disk has refused a write.
  bool good() const { return out_.good(); }

 private:
  std::ofstream out_;
  std::string line_;
};

struct trace_summary {
  trace_header header;
  std::size_t events = 0;
  bool cut_short = false;  ///< the last line was not whole: the writer died
};

/// Hands every event to `sink` in order. A line that is not JSON in mid-file is a fault with its line number.
base::result<trace_summary> read_trace(std::filesystem::path const& file, event_sink& sink,
                                       std::function<void(trace_header const&)> const& begin = {});

}  // namespace mailrig::history
