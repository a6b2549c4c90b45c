// rng: a small seeded generator (SplitMix64), the same on every machine, so that a seed reproduces a run.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace mailrig::base {

class rng {
 public:
  explicit rng(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

  /// Uniform in [0, bound); bound must not be 0. The bias of the modulus is below 2^-32 for bounds below 2^32.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  /// Uniform in (0, 1].
  double unit() { return double((next() >> 11) + 1) * 0x1p-53; }

 private:
  std::uint64_t state_;
};

/// FNV-1a, 64 bit: stable names to numbers; not for anything an adversary chooses.
inline std::uint64_t fnv1a(std::string_view octets, std::uint64_t h = 0xCBF29CE484222325ULL) {
  for (unsigned char c : octets) h = (h ^ c) * 0x100000001B3ULL;
  return h;
}

/// Like fnv1a, eight octets a step: for whole messages. Not for anything an adversary chooses.
inline std::uint64_t digest64(std::string_view octets) {
  std::uint64_t h = 0xCBF29CE484222325ULL ^ octets.size();
  for (; octets.size() >= 8; octets.remove_prefix(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, octets.data(), 8);
    h = (h ^ word) * 0x9E3779B97F4A7C15ULL;
    h ^= h >> 32;
  }
  return fnv1a(octets, h);
}

}  // namespace mailrig::base
