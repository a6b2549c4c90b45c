// population: who takes part in a run: which user has which devices, and which part of the run plays them. Decided over
// all users at once and then shared out, so that it is the same however many threads and processes there are.
#pragma once

#include <vector>

#include "load/profile.hpp"

namespace mailrig::load {

/// Immutable, any thread.
class population {
 public:
  /// `shares`: threads of all processes together.
  population(profile const& who, std::size_t users, unsigned shares = 1);

  struct member {
    device_kind const* kind = nullptr;
    std::size_t user = 0;
  };
  /// All of them, kind by kind and then user by user. The place here is the device's number in every part of the run.
  std::vector<member> const& devices() const { return devices_; }
  std::size_t users() const { return share_of_.size(); }
  /// Who plays a user. Users with the same devices are dealt out in turn, so that all shares have alike much to do.
  unsigned share_of(std::size_t user) const { return share_of_[user]; }

 private:
  std::vector<member> devices_;
  std::vector<unsigned> share_of_;
};

/// Devices that this user has where each has `per_user` of them on average: as many as keep the sum over all users up
/// to this one the nearest.
std::size_t devices_of_user(std::size_t user, double per_user);

}  // namespace mailrig::load
