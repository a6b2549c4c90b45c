// side_by_side: see side_by_side.hpp.
#include "base/side_by_side.hpp"

#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace mailrig::base {

std::string side_by_side(std::size_t most, std::function<void()> const& work) {
  std::mutex mutex;
  std::string thrown;
  auto const guarded = [&] {
    try {
      work();
    } catch (std::exception const& e) {
      std::lock_guard const lock(mutex);
      thrown = e.what();
    }
  };
  std::vector<std::thread> threads;
  threads.reserve(most);
  try {
    while (threads.size() < most) threads.emplace_back(guarded);
  } catch (std::system_error const&) {
    if (threads.empty()) guarded();
  }
  for (auto& t : threads) t.join();
  return thrown;
}

}  // namespace mailrig::base
