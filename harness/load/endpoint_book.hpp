// endpoint_book: what came of each endpoint of a target: the operations that devices did there, the connections that
// they made, and how often one that could not connect turned to the next.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "history/event.hpp"
#include "load/tally.hpp"
#include "scenario/target.hpp"

namespace mailrig::load {

/// What the figures of an endpoint are kept under. Any thread.
kind_id endpoint_kind(history::protocol p, std::string_view name);

/// One writer. What it holds is a tally, so that it adds up and travels like one.
class endpoint_book {
 public:
  /// An operation that was done at an endpoint.
  void record(operation const& o, std::string_view why);
  void moved_on(kind_id endpoint);
  tally const& all() const { return all_; }

 private:
  tally all_;
};

/// A line of a report.
struct endpoint_row {
  history::protocol proto = history::protocol::imap;
  std::string name, where;  ///< where: "host:port"
  figures operations;       ///< connecting among them
  figures connections;      ///< connecting alone
  std::uint64_t left = 0;   ///< devices that could not connect here and turned to the next
};

/// Each row of `from` to the one of the same endpoint, or behind the others.
void add_rows(std::vector<endpoint_row>& to, std::vector<endpoint_row> const& from);

/// One for each endpoint of a target, in its order; none where nothing was kept.
std::vector<endpoint_row> endpoint_rows(tally const& all, scenario::target const& t);

}  // namespace mailrig::load
