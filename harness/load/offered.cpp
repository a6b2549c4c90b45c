// offered: see offered.hpp.
#include "load/offered.hpp"

#include <fmt/format.h>

#include "base/rng.hpp"

namespace mailrig::load {

void offered::take(kind what, std::uint64_t whose, base::instant at, std::uint64_t times) {
  (what == kind::session ? sessions : what == kind::delivery ? deliveries : acts) += times;
  auto number = base::rng(std::uint64_t(at.count()) * 4 + std::uint64_t(what)).next();
  number = base::rng(number ^ whose).next();
  sum += base::rng(number ^ times).next();
}

std::string offered::sum_text() const { return fmt::format("{:016x}", sum); }

}  // namespace mailrig::load
