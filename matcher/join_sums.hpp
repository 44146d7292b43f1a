// The rows that a join keeps, added up: a tree of blocks over stretches of rows, in order, of which only what changed
// is added up anew when a window is told. Each node knows the time from which on its sum holds: as long as windows
// begin no later, none of its rows goes or comes back. Stretches stand in their slots in turn, so rows may leave at the
// front. Source: Tangwongsan et al., General incremental sliding-window aggregation, PVLDB 8 (2015) (FlatFAT).
#pragma once

#include <cstdint>
#include <vector>

#include "events/batch.hpp"

namespace tocsin::matcher {

struct JoinStep;

/// Rows of a leaf.
inline constexpr std::uint64_t kSummedRows = 32;

struct JoinSums {
  struct Node {
    events::Time holds_from = events::kEarliest;  ///< for windows that begin up to then; kEarliest: for none
    std::uint64_t first = ~std::uint64_t{0};      ///< the later event of its first and last row
    std::uint64_t last = ~std::uint64_t{0};
  };
  std::size_t leaves = 0;              ///< a power of two, or 0
  std::vector<Node> nodes{};           ///< 1 is the root, n has 2n and 2n + 1, the leaves are the last
  std::vector<events::Slot> blocks{};  ///< of each node

  void clear() { *this = {}; }
};

/// Row `number` came, went before its time, or counts otherwise than before.
void touch_row(const JoinStep& at, std::uint64_t number);
/// The sum of the rows that count in a window from `from` on, into the scratch block; windows never begin earlier than
/// the one before.
JoinSums::Node sum_rows(const JoinStep& at, events::Time from);

}  // namespace tocsin::matcher
