// side_by_side: work that several threads share, whatever becomes of one of them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace mailrig::base {

/// Calls `work` on `most` threads at once, and returns when all have returned. Where the system has fewer, fewer do it;
/// where it has none, the caller does. What a call throws ends that call alone. What was thrown last, in words; empty:
/// nothing was.
std::string side_by_side(std::size_t most, std::function<void()> const& work);

}  // namespace mailrig::base
