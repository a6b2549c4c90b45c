// covering: see covering.hpp. Greedy: each row begins with a pair that is still missing, and each further factor takes
// the level that brings most missing pairs.
#include "scenario/explore/covering.hpp"

#include <algorithm>
#include <numeric>

#include "base/must.hpp"

namespace mailrig::scenario {

pair_tally::pair_tally(std::vector<std::size_t> sizes) : sizes_(std::move(sizes)) {
  for (auto const n : sizes_) {
    MAILRIG_MUST(n > 0);
    first_.push_back(width_);
    width_ += n;
  }
  seen_.resize(width_ * width_);
  if (sizes_.size() == 1) total_ = sizes_[0];
  for (std::size_t a = 0; a < sizes_.size(); ++a)
    for (std::size_t b = a + 1; b < sizes_.size(); ++b) total_ += sizes_[a] * sizes_[b];
}

template <class F>
void pair_tally::each_of(covering_row const& row, F&& f) const {
  if (row.size() == 1) f(cell(0, row[0], 0, row[0]));
  for (std::size_t a = 0; a < row.size(); ++a)
    for (std::size_t b = a + 1; b < row.size(); ++b) f(cell(a, row[a], b, row[b]));
}

std::size_t pair_tally::fresh(covering_row const& row) const {
  std::size_t n = 0;
  each_of(row, [&](std::size_t at) { n += !seen_[at]; });
  return n;
}

void pair_tally::meet(covering_row const& row) {
  each_of(row, [&](std::size_t at) {
    met_ += !seen_[at];
    seen_[at] = true;
  });
}

std::vector<pair_tally::pair> pair_tally::missing(std::size_t most) const {
  std::vector<pair> out;
  auto const alone = sizes_.size() == 1;
  for (std::size_t a = 0; a < sizes_.size(); ++a)
    for (std::size_t b = alone ? a : a + 1; b < sizes_.size(); ++b)
      for (std::size_t i = 0; i < sizes_[a]; ++i)
        for (std::size_t j = alone ? i : 0; j < (alone ? i + 1 : sizes_[b]); ++j) {
          if (out.size() == most) return out;
          if (!seen_[cell(a, i, b, j)]) out.push_back({a, i, b, j});
        }
  return out;
}

std::size_t pair_tally::gain(covering_row const& row, std::vector<bool> const& decided, std::size_t factor,
                             std::size_t level) const {
  std::size_t n = 0;
  for (std::size_t other = 0; other < sizes_.size(); ++other) {
    if (other == factor || !decided[other]) continue;
    n += !(other < factor ? seen_[cell(other, row[other], factor, level)]
                          : seen_[cell(factor, level, other, row[other])]);
  }
  return n;
}

namespace {

template <class T>
void shuffle(std::vector<T>& list, base::rng& random) {
  for (auto n = list.size(); n > 1; --n) std::swap(list[n - 1], list[random.below(n)]);
}

covering_row grown(pair_tally const& met, pair_tally::pair const& seed, base::rng& random) {
  auto const& sizes = met.sizes();
  covering_row row(sizes.size());
  std::vector<bool> decided(sizes.size());
  row[seed.factor_a] = seed.level_a;
  row[seed.factor_b] = seed.level_b;
  decided[seed.factor_a] = decided[seed.factor_b] = true;
  std::vector<std::size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), 0);
  shuffle(order, random);
  for (auto const f : order) {
    if (decided[f]) continue;
    std::size_t best = 0, ties = 0;
    for (std::size_t level = 0; level < sizes[f]; ++level) {
      auto const g = met.gain(row, decided, f, level);
      if (level > 0 && g < best) continue;
      ties = level == 0 || g > best ? 1 : ties + 1;
      if (random.below(ties) == 0) row[f] = level;
      best = g;
    }
    decided[f] = true;
  }
  return row;
}

}  // namespace

std::vector<covering_row> covering_rows(std::vector<std::size_t> const& sizes, base::rng& random) {
  constexpr int candidates = 6;
  pair_tally met(sizes);
  std::vector<covering_row> out;
  while (met.met() < met.total()) {
    auto left = met.missing(64);
    shuffle(left, random);
    covering_row best;
    for (int i = 0; i < candidates; ++i) {
      auto one = grown(met, left[std::size_t(i) % left.size()], random);
      if (best.empty() || met.fresh(one) > met.fresh(best)) best = std::move(one);
    }
    met.meet(best);
    out.push_back(std::move(best));
  }
  shuffle(out, random);
  return out;
}

}  // namespace mailrig::scenario
