// Whether a text is the one that is expected: most are short, and a call to memcmp would cost more than the comparison.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace tocsin::events {

inline bool same_text(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const std::size_t n = a.size();
  if (n < 8 || n > 16) return n == 0 || std::memcmp(a.data(), b.data(), n) == 0;
  std::uint64_t words[4];
  std::memcpy(&words[0], a.data(), 8);
  std::memcpy(&words[1], b.data(), 8);
  std::memcpy(&words[2], a.data() + n - 8, 8);
  std::memcpy(&words[3], b.data() + n - 8, 8);
  return ((words[0] ^ words[1]) | (words[2] ^ words[3])) == 0;
}

}  // namespace tocsin::events
