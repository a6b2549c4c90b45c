// session_events: where the events of a thread's sessions come in: counted, written down, judged.
#pragma once

#include <optional>

#include "check/judge.hpp"
#include "history/secret_free.hpp"
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
  /// From now on.
  void write_to(history::trace_writer trace) {
    trace_.emplace(std::move(trace));
    clean_.emplace(*trace_, [this](history::session_id id, base::instant at) {
      trace_->lacks(check::written({{id, at, check::lack::content}}));
    });
  }
  /// The disk has taken all of it.
  bool written() const { return !trace_ || trace_->good(); }
  void take(history::event const& e) override {
    if (e.kind == history::event_kind::received) records_.now().octets_in += e.octets.size();
    if (e.kind == history::event_kind::sent) records_.now().octets_out += e.octets.size();
    if (clean_) clean_->take(e);
    judge_.take(e);
  }

 private:
  std::optional<history::trace_writer> trace_;
  std::optional<history::secret_free> clean_;
  check::judge& judge_;
  recorder& records_;
};

}  // namespace mailrig::load
