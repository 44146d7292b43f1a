// The fixed hash that a run folds its events' ids into, as they are taken: the base of output ids, so it never changes.
//
// A multiply-and-fold mix (the 128-bit product's halves xored, as in wyhash and XXH3), 64 bits.
#pragma once

#include <cstdint>

namespace tocsin::matcher {

inline std::uint64_t fold_event(std::uint64_t fold, std::uint32_t step, std::uint64_t id_hash) {
  __extension__ using Wide = unsigned __int128;
  const Wide product =
      static_cast<Wide>(fold ^ 0x9E3779B97F4A7C15ULL ^ (std::uint64_t{step} << 32)) * (id_hash ^ 0xD6E8FEB86659FD93ULL);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64) ^ (id_hash >> 1);
}

}  // namespace tocsin::matcher
