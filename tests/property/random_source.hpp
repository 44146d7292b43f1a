// Random numbers that are the same on every machine: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tocsin::property {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }
  /// 0 … end - 1; `end` is small against 2^64.
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(next() % end); }
  std::int64_t between(std::int64_t first, std::int64_t last) {
    return first + static_cast<std::int64_t>(below(static_cast<std::size_t>(last - first + 1)));
  }
  bool chance(std::size_t percent) { return below(100) < percent; }
  template <typename T, std::size_t n>
  const T& pick(const std::array<T, n>& from) {
    return from[below(n)];
  }
  template <typename T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace tocsin::property
