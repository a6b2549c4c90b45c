#include "load/free_devices.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "base/rng.hpp"

namespace mailrig::load::free_devices_test {

TEST(FreeDevices, HoldsEachOnceUntilItIsTaken) {
  std::array<int, 20> devices{};
  free_devices<int> free;
  std::set<int*> expected;
  base::rng random(7);
  for (int i = 0; i < 2000; ++i) {
    auto& d = devices[random.below(devices.size())];
    if (expected.insert(&d).second) {
      free.add(d);
    } else {
      EXPECT_TRUE(free.take(d));
      EXPECT_FALSE(free.take(d));
      expected.erase(&d);
    }
    ASSERT_EQ(free.size(), expected.size());
    std::set<int*> came;
    for (std::size_t n = 0; n < free.size(); ++n) came.insert(&free.at(n));
    ASSERT_EQ(came, expected);
  }
}

}  // namespace mailrig::load::free_devices_test
