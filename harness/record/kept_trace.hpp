// kept_trace: a trace file read into memory, for who goes through it more than once or leaves parts of it out.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "check/gap.hpp"
#include "history/trace.hpp"

namespace mailrig::record {

struct kept_event {
  base::instant at{};
  history::session_id session = 0;
  history::event_kind kind = history::event_kind::opened;
  history::protocol proto = history::protocol::imap;
  std::string octets;
};

struct kept_trace {
  std::filesystem::path file;
  history::trace_header header;
  std::vector<kept_event> events;
  std::vector<check::gap> gaps;  ///< what the record lacks
};

/// The fault: it is no trace, or has more than 512 MB in it.
base::result<kept_trace> read_kept_trace(std::filesystem::path const& file);

/// Event as the sinks take it; valid as long as `e`.
inline history::event event_of(kept_event const& e) { return {e.at, e.session, e.kind, e.proto, e.octets}; }

}  // namespace mailrig::record
