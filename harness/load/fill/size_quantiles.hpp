// size_quantiles: how large messages are, by quantile: log-normal, or a table of sizes with weights. No chance is in
// it: whoever draws brings the quantile.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace mailrig::load {

/// Immutable, any thread.
class size_quantiles {
 public:
  static constexpr std::uint64_t least = 300;  ///< octets: no message is smaller

  /// `weight` of all messages are larger than the row before and no larger than `upto` octets.
  struct row {
    std::uint64_t upto = 0;
    double weight = 0;
  };

  /// All of `octets`.
  static size_quantiles constant(std::uint64_t octets);
  /// `most`: what would be larger is as large.
  static size_quantiles by_mean(std::uint64_t median, std::uint64_t mean, std::uint64_t most);
  static size_quantiles by_p99(std::uint64_t median, std::uint64_t p99, std::uint64_t most);
  /// Rows with growing sizes and weights above 0. Within a row the logarithm of the size is spread evenly.
  static size_quantiles table(std::vector<row> rows);

  /// Octets of the message that a share `u` of all, from 0 to 1, is no larger than.
  std::uint64_t at(double u) const;
  /// Octets, of a great many.
  double mean() const;
  std::uint64_t most() const { return most_; }

 private:
  size_quantiles(double median, double sigma, std::uint64_t most);

  double median_ = 0, sigma_ = 0;  ///< of the logarithm
  std::uint64_t most_ = 0;
  std::vector<row> rows_;  ///< weights added up, the last 1; empty: log-normal
};

/// "10k 40": sizes up to 10,000 octets, of weight 40. The fault's text says what is wrong.
base::result<size_quantiles::row> read_size_row(std::string_view text);

}  // namespace mailrig::load
