// free_devices: of the devices that are called, those that may be: one by name, or else another like it.
#pragma once

#include <unordered_map>
#include <utility>
#include <vector>

namespace mailrig::load {

/// One thread. Each operation takes a constant time.
template <class Device>
class free_devices {
 public:
  void add(Device& d) {
    place_[&d] = all_.size();
    all_.push_back(&d);
  }
  bool empty() const { return all_.empty(); }
  std::size_t size() const { return all_.size(); }
  /// This one; false where it is not free.
  bool take(Device& d) {
    auto const known = place_.find(&d);
    if (known == place_.end()) return false;
    auto const at = known->second;
    place_.erase(known);
    auto* last = all_.back();
    all_.pop_back();
    if (last != &d) all_[at] = last, place_[last] = at;
    return true;
  }
  /// The one at this place, below size().
  Device& at(std::size_t n) const { return *all_[n]; }

 private:
  std::vector<Device*> all_;
  std::unordered_map<Device const*, std::size_t> place_;
};

}  // namespace mailrig::load
