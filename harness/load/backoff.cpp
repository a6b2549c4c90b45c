// backoff: see backoff.hpp.
#include "load/backoff.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace mailrig::load {

base::duration backoff::mean(unsigned failures) const {
  auto const grown = double(first.count()) * std::pow(factor, double(std::max(1u, failures) - 1));
  return base::duration(std::int64_t(std::min(grown, double(most.count()))));
}

base::duration backoff::pause(unsigned failures, base::rng& chance) const {
  auto const longer = 1 + jitter * (2 * chance.unit() - 1);
  return base::duration(std::int64_t(double(mean(failures).count()) * longer));
}

backoff read_backoff(scenario::toml_table t, backoff const& otherwise) {
  auto out = otherwise;
  t.words("first", "pause after the first failure", "\"1s\"", out.first, base::read_duration);
  if (auto const v = t.number("factor", "by which each pause is longer than the one before", 1, 100)) out.factor = *v;
  t.words("most", "no pause is longer", "\"60s\"", out.most, base::read_duration);
  if (auto const v = t.number("jitter", "part of itself by which a pause is longer or shorter by chance", 0, 1))
    out.jitter = *v;
  if (out.first < std::chrono::milliseconds(10))
    t.wrong("first", "first is 10ms at least: a server is not hammered at");
  if (out.most < out.first) t.wrong("most", "most is not below first");
  return out;
}

}  // namespace mailrig::load
