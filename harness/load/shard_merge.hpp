// shard_merge: the sum of what several generators of one plan came to: to the last count what one would have come to,
// whatever order they are named in.
#pragma once

#include <string>
#include <vector>

#include "load/record.hpp"

namespace mailrig::load {

/// A shard that has not told what it came to.
struct lost_shard {
  unsigned number = 1;
  std::string why;
};

struct merge_options {
  bool tolerate_lost = false;    ///< a shard that is lacking leaves the sum valid, as far as it goes
  std::vector<lost_shard> lost;  ///< those that are known; others that are lacking "told nothing"
  std::vector<slo> slos;         ///< empty: those that the first part was judged by
};

/// What all parts say alike of the run: nothing that was measured.
void begin_sum(load_record& sum, load_record const& first);

/// Counts and histograms are added, percentiles, outages, validity and service levels made anew of the sums. A single
/// part that is a whole run stays as it is. Lacking shards make it INVALID, or, when tolerated, DEGRADED. The fault:
/// there are no parts, they are of different plans, one is there twice, or their count differs.
base::result<load_record> merge_shards(std::vector<load_record> parts, merge_options const& o);

}  // namespace mailrig::load
