// exchange: tallies, intervals and findings as JSON: between the processes of a run, and in its report, where another
// run can be set beside it.
#pragma once

#include <nlohmann/json.hpp>

#include "history/finding.hpp"
#include "load/interval.hpp"
#include "load/tally.hpp"

namespace mailrig::load {

/// {"b": [bucket, times, ...], "sum": ns, "max": ns}
nlohmann::json to_json(base::latency_histogram const& h);
base::latency_histogram histogram_of(nlohmann::json const& j);

/// [[kind, code, words, times] ...]
nlohmann::json to_json(refusal_counts const& r);
refusal_counts refusals_of(nlohmann::json const& j);

nlohmann::json to_json(figures const& f);
figures figures_of(nlohmann::json const& j);
nlohmann::json to_json(tally const& t);
/// Throws nlohmann::json::exception where it is none.
tally tally_of(nlohmann::json const& j);

nlohmann::json to_json(interval const& p);
interval interval_of(nlohmann::json const& j);

nlohmann::json to_json(history::finding const& f);
history::finding finding_of(nlohmann::json const& j);

}  // namespace mailrig::load
