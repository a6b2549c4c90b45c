// uid_ranges: the UIDs that a device knows, as ranges: a mailbox of a hundred thousand messages is a few of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mailrig::load {

/// So many ranges take 8 KiB; who holds more has better forget them.
inline constexpr std::size_t most_uid_ranges = 1024;

class uid_ranges {
 public:
  void add(std::uint32_t low, std::uint32_t high);
  void add(std::uint32_t uid) { add(uid, uid); }
  void remove(std::uint32_t low, std::uint32_t high);
  void clear() { ranges_.clear(); }

  bool empty() const { return ranges_.empty(); }
  std::size_t size() const;
  std::uint32_t largest() const { return ranges_.empty() ? 0 : ranges_.back().high; }
  /// The `n`-th in order, from 1; 0: there are not so many.
  std::uint32_t nth(std::uint64_t n) const;
  bool crowded() const { return ranges_.size() > most_uid_ranges; }
  /// As a command names them: "1:5,7". Of more than `most` ranges all up to the largest.
  std::string text(std::size_t most) const;

 private:
  struct range {
    std::uint32_t low, high;
  };
  std::vector<range> ranges_;  ///< ascending, with gaps between them
};

}  // namespace mailrig::load
