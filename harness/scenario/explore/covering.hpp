// covering: rows of choices in which every pair of levels of two factors stands at least once: what two forms do
// together is tried, however many forms there are, and the rows stay few.
#pragma once

#include <cstddef>
#include <vector>

#include "base/rng.hpp"

namespace mailrig::scenario {

/// A level for each factor.
using covering_row = std::vector<std::size_t>;

/// Which pairs of levels have stood in a row. With a single factor, which of its levels.
class pair_tally {
 public:
  /// How many levels each factor has; none may be 0.
  explicit pair_tally(std::vector<std::size_t> sizes);

  std::size_t total() const { return total_; }
  std::size_t met() const { return met_; }
  /// The pairs of a row that had not stood before.
  std::size_t fresh(covering_row const& row) const;
  void meet(covering_row const& row);

  struct pair {
    std::size_t factor_a, level_a, factor_b, level_b;  ///< a before b; the same for a single factor
  };
  /// Those not met, at most so many.
  std::vector<pair> missing(std::size_t most) const;
  /// What a level of a factor would add to those of a row that are decided.
  std::size_t gain(covering_row const& row, std::vector<bool> const& decided, std::size_t factor,
                   std::size_t level) const;
  std::vector<std::size_t> const& sizes() const { return sizes_; }

 private:
  std::size_t cell(std::size_t fa, std::size_t la, std::size_t fb, std::size_t lb) const {
    return (first_[fa] + la) * width_ + first_[fb] + lb;
  }
  template <class F>
  void each_of(covering_row const& row, F&& f) const;

  std::vector<std::size_t> sizes_, first_;
  std::size_t width_ = 0, total_ = 0, met_ = 0;
  std::vector<bool> seen_;
};

/// Rows that meet every pair, each row adding at least one; their order and what no pair decides are drawn from
/// `random`.
std::vector<covering_row> covering_rows(std::vector<std::size_t> const& sizes, base::rng& random);

}  // namespace mailrig::scenario
