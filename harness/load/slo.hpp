// slo: what an operator promises: "p99(fetch.header) < 300ms", "errors < 0.1%", "rate(login) > 100/s".
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "load/tally.hpp"

namespace mailrig::load {

/// figure(kinds) compared with a value. Figures: pN (of response; pN(kind.service) of service), mean, max, errors
/// (share of failed and late), refused (share that the server declined by policy; errors has them too), faults (errors
/// without these), rate (done a second), count, late, findings. Kinds are a glob; without them it is of
/// all kinds that are not made of others.
struct slo {
  std::string text, figure, kinds = "*";
  bool service = false;
  enum class relation : std::uint8_t { less, at_most, more, at_least, equal } how = relation::less;
  double value = 0;    ///< seconds, a share, a second's rate, or a count
  bool asked = false;  ///< by who began the run, and not only by the profile
};

base::result<slo> read_slo(std::string_view text);

struct slo_verdict {
  std::string text;
  bool met = false, measured = false;  ///< measured: there is a value
  bool decided = false;  ///< false: it did not happen, or too seldom for that percentile; then it is not met
  bool asked = false;    ///< as of the slo
  double value = 0;
  std::string came;  ///< the value in words, and why it decides nothing

  bool missed() const { return decided && !met; }
  std::string_view word() const { return met ? "met" : decided ? "MISSED" : "undecided"; }
};

/// `seconds`: of the measured time.
slo_verdict judge(slo const& s, tally const& t, double seconds, std::size_t findings);

}  // namespace mailrig::load
