// arrivals: the part of a timetable that falls to one worker. Every worker draws the whole run's timetable by the same
// seed and takes what is its own, so that the arrivals are the same however many workers there are.
#pragma once

#include <functional>
#include <optional>

#include "load/timetable.hpp"

namespace mailrig::load {

class arrivals {
 public:
  struct arrival {
    base::instant at{};     ///< as the timetable counts
    std::size_t whose = 0;  ///< what `whose` said of it
  };

  arrivals() = default;
  /// `whose`: to whom the next one falls, by number, asked once for each in order; `mine`: whether that is this
  /// worker's.
  arrivals(timetable all, std::function<std::size_t()> whose, std::function<bool(std::size_t)> mine)
      : all_(std::move(all)), whose_(std::move(whose)), mine_(std::move(mine)) {
    advance();
  }

  /// The next one of this worker; nothing at the end.
  std::optional<arrival> const& next() const { return next_; }
  void advance() {
    for (auto at = all_.next(); at; at = all_.next())
      if (auto const whose = whose_(); mine_(whose)) {
        next_ = {*at, whose};
        return;
      }
    next_.reset();
  }

 private:
  timetable all_;
  std::function<std::size_t()> whose_;
  std::function<bool(std::size_t)> mine_;
  std::optional<arrival> next_;
};

}  // namespace mailrig::load
