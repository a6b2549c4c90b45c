// population: who takes part in a run: which user has which devices, and which part of the run plays them. Decided over
// all users at once and then shared out, so that it is the same however many threads, processes and shards there are.
#pragma once

#include <limits>
#include <vector>

#include "load/profile.hpp"
#include "load/shard.hpp"

namespace mailrig::load {

/// Immutable, any thread.
class population {
 public:
  /// `shares`: threads of all processes of this shard together; other shards may have more or fewer.
  population(profile const& who, std::size_t users, unsigned shares = 1, shard const& ours = {});

  struct member {
    device_kind const* kind = nullptr;
    std::size_t user = 0;
  };
  /// All of them, kind by kind and then user by user. The place here is the device's number in every part of the run.
  std::vector<member> const& devices() const { return devices_; }
  std::size_t users() const { return share_of_.size(); }
  /// Who plays a user, `elsewhere` being another shard. Users with the same devices are dealt out in turn, so that all
  /// shards and shares have alike much to do. A user's devices stay together, and its shard is the same however many
  /// users there are.
  unsigned share_of(std::size_t user) const { return share_of_[user]; }
  static constexpr unsigned elsewhere = std::numeric_limits<unsigned>::max();

  /// The device that the n-th session by rate is for, by its number: each has one before any has its next, and kinds
  /// come mixed as they are in the population. There is a device.
  std::size_t called(std::size_t n) const;

 private:
  std::vector<member> devices_;
  std::vector<unsigned> share_of_;
  std::size_t stride_ = 1;
};

/// Devices that this user has where each has `per_user` of them on average: as many as keep the sum over all users up
/// to this one the nearest.
std::size_t devices_of_user(std::size_t user, double per_user);

}  // namespace mailrig::load
