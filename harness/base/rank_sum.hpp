// rank_sum: whether two samples come from one distribution, whatever that is: the test of Mann and Whitney. It asks
// only which value of a pair is the greater, so that a few late ones change little.
#pragma once

#include <vector>

namespace mailrig::base {

struct rank_outcome {
  double p = 1;           ///< two-sided: how likely samples of one distribution differ so much
  double superior = 0.5;  ///< the share of pairs in which the first sample's value is the greater; ties count half
};

/// By the normal approximation, corrected for ties: from 8 values in each sample on it is good to about 0.001. Of an
/// empty sample nothing is known.
rank_outcome rank_test(std::vector<double> const& first, std::vector<double> const& second);

}  // namespace mailrig::base
