// told_together: how checkers that set several sessions against each other tell what they saw.
#pragma once

#include <fmt/format.h>

#include "check/checker.hpp"

namespace mailrig::check {

/// A command's part in a story: when it was sent, what it said, how it was answered.
inline void tell(std::vector<history::witness>& story, model::operation_ptr const& d) {
  if (!d) return;
  story.push_back({d->sent, d->by, fmt::format("sends {}", d->words)});
  if (d->to != model::never)
    story.push_back({d->answered, d->by, fmt::format("is answered {} to {}", d->good ? "OK" : "NO or BAD", d->words)});
}

}  // namespace mailrig::check
