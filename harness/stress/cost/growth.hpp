// growth: how a cost grows with the size of what was asked: the exponent of a power law between the larger sizes, how
// sure it is, and what follows from it. No clock, no input or output.
#pragma once

#include <string>
#include <vector>

namespace mailrig::stress {

/// A size and what it cost, taken several times in one run, each time after all the other sizes.
struct cost_at {
  double size = 0;
  std::vector<double> takes;
  bool given_up = false;  ///< nobody waited for the end: it costs so much at least
};

struct growth_rule {
  double fair = 1;       ///< the exponent that anybody may have: 1 of what is read once, 0 of what must not be kept
  double least = 0;      ///< whoever costs no more than this beyond the smallest size is not worth a word
  bool most_of = false;  ///< a size's cost is the most of its takes, not the least
};

struct growth {
  enum class judgement { fair, superlinear, undecided } is = judgement::fair;
  double exponent = 0;       ///< of the larger sizes
  double low = 0, high = 0;  ///< where it lies, with the spread of the takes
  double from = 0, to = 0;   ///< the sizes that it is fitted to
  std::string why;           ///< for people
};

/// Superlinear: the whole range of exponents that the takes allow lies above the fair one by 0.4 and more, and no
/// single step makes it so, be it a cache that is full or a moment in which the machine was busy. n log n is fair.
growth judge_growth(std::vector<cost_at> sizes, growth_rule const& rule);

char const* name_of(growth::judgement j);

}  // namespace mailrig::stress
