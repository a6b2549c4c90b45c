// offered: the load that a plan asks for, whatever becomes of it: counts and a checksum that add up exactly over
// threads, processes and shards, so that it can be seen that they played one plan.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"

namespace mailrig::load {

struct offered {
  enum class kind : std::uint8_t { session, delivery, act };

  std::uint64_t sessions = 0;    ///< by rate, or at the times of a list
  std::uint64_t deliveries = 0;  ///< new mail
  std::uint64_t acts = 0;        ///< that timetables have in the measured time, whether their devices are there or not
  std::uint64_t sum = 0;         ///< of a number for each: what, for whom, when

  /// `whose`: a user's or a device's number in the whole population; `at`: since the run began. `times`: of an act that
  /// returns.
  void take(kind what, std::uint64_t whose, base::instant at, std::uint64_t times = 1);
  void merge(offered const& o) {
    sessions += o.sessions, deliveries += o.deliveries, acts += o.acts;
    sum += o.sum;
  }
  std::string sum_text() const;  ///< 16 hexadecimal digits
  bool operator==(offered const&) const = default;
};

}  // namespace mailrig::load
