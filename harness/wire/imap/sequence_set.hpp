// sequence_set: RFC 3501 §9 "sequence-set": numbers, ranges in either order, and "*", the largest in use.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace mailrig::wire::imap {

class sequence_set {
 public:
  struct range {
    std::uint32_t low, high;  ///< low <= high; `star` stands for "*"
  };
  static constexpr std::uint32_t star = 0xFFFFFFFF;

  static std::optional<sequence_set> parse(std::string_view text);

  /// `largest` is what "*" means now; 0 when there is none.
  bool contains(std::uint32_t n, std::uint32_t largest) const;
  std::vector<range> const& ranges() const { return ranges_; }
  bool has_star() const { return has_star_; }
  /// Ascending, without overlaps; "*" counts as the largest number that there can be.
  std::vector<range> in_order() const;
  /// All numbers in the order written, "3:1" as 1 2 3; nothing when more than `limit`. "*" is not expanded.
  std::optional<std::vector<std::uint32_t>> expand(std::size_t limit) const;

 private:
  std::vector<range> ranges_;
  std::vector<range> sorted_;  ///< in_order(), where there are many and none is "*"
  bool has_star_ = false;
};

}  // namespace mailrig::wire::imap
