// session_events: where the events of a thread's sessions come in: counted, written down, judged.
#pragma once

#include <optional>

#include "check/judge.hpp"
#include "history/trace.hpp"
#include "load/recorder.hpp"

namespace mailrig::load {

/// Those whose memory a session bounds; a load run has many sessions and no end.
inline std::vector<check::checker_kind const*> session_checkers(bool judge) {
  auto all = base::registry<check::checker_kind>::all();
  std::erase_if(all, [&](auto const* k) { return !judge || k->whole_store; });
  return all;
}

/// Counts what crosses the connections, judges it and writes it down.
class session_events final : public history::event_sink {
 public:
  session_events(check::judge& j, recorder& r) : judge_(j), records_(r) {}
  std::optional<history::trace_writer> trace;
  void take(history::event const& e) override {
    if (e.kind == history::event_kind::received) records_.now().octets_in += e.octets.size();
    if (e.kind == history::event_kind::sent) records_.now().octets_out += e.octets.size();
    if (trace) trace->take(e);
    judge_.take(e);
  }

 private:
  check::judge& judge_;
  recorder& records_;
};

}  // namespace mailrig::load
