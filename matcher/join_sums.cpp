#include "matcher/join_sums.hpp"

#include <algorithm>
#include <bit>

#include "matcher/join_state.hpp"

namespace tocsin::matcher {

using events::Slot;
using events::Time;
using Node = JoinSums::Node;

namespace {

struct Tree {
  const JoinStep& at;
  JoinSums& sums;
  const JoinRing<KeptRow>& rows;
  std::size_t words;
  Time from;

  Slot* block(std::size_t node) const { return sums.blocks.data() + node * words; }

  void refresh(std::size_t number) const {
    Node& node = sums.nodes[number];
    if (node.holds_from != events::kEarliest && from <= node.holds_from) return;
    node = {events::kLatest};
    std::fill_n(block(number), words, 0);
    if (number >= sums.leaves) return add_up_rows(node, number);
    for (const std::size_t child : {2 * number, 2 * number + 1}) {
      refresh(child);
      node.holds_from = std::min(node.holds_from, sums.nodes[child].holds_from);
      join(node, block(number), child);
    }
  }

  void add_up_rows(Node& node, std::size_t number) const {
    const std::uint64_t oldest = rows.first() / kSummedRows;
    const std::uint64_t stretch = oldest + ((number - oldest) & (sums.leaves - 1));
    const std::uint64_t end = std::min((stretch + 1) * kSummedRows, rows.end());
    for (std::uint64_t i = std::max(stretch * kSummedRows, rows.first()); i < end; ++i) {
      const KeptRow& row = rows[i];
      if (row.earlier < from) continue;
      const bool counts = row.counts_from(from);
      node.holds_from = std::min(node.holds_from, counts ? row.earlier : row.partner);
      if (!counts) continue;
      load_row(at, i);
      matcher::add_row(at.program.set, block(number), at.state.kept, at.state.cells.data(), row.time, at.state.texts);
      if (node.first == kNoEvent) node.first = row.later;
      node.last = row.later;
    }
  }

  /// The child's rows lie behind those of `into`.
  void join(Node& node, Slot* into, std::size_t child) const {
    const Slot* const later = block(child);
    if (later[0] == 0) return;
    if (into[0] == 0)
      std::copy_n(later, words, into);
    else
      merge_blocks(at.program.set, into, later, at.state.kept);
    if (node.first == kNoEvent) node.first = sums.nodes[child].first;
    node.last = sums.nodes[child].last;
  }

  /// Joins to `sum` the slots [begin, end) of those below node `number`, which are [low, high).
  void visit(Node& sum, std::size_t number, std::size_t low, std::size_t high, std::size_t begin,
             std::size_t end) const {
    if (high <= begin || end <= low || block(number)[0] == 0) return;
    if (begin <= low && high <= end) return join(sum, at.state.scratch.data(), number);
    const std::size_t middle = low + (high - low) / 2;
    visit(sum, 2 * number, low, middle, begin, end);
    visit(sum, 2 * number + 1, middle, high, begin, end);
  }
};

}  // namespace

void touch_row(const JoinStep& at, std::uint64_t number) {
  JoinSums& sums = at.key.sums;
  const JoinRing<KeptRow>& rows = at.key.rows;
  if (!rows.empty()) {
    const std::uint64_t stretches = (rows.end() - 1) / kSummedRows - rows.first() / kSummedRows + 1;
    if (stretches > sums.leaves) {
      sums.leaves = std::bit_ceil(stretches);
      sums.nodes.assign(2 * sums.leaves, {});
      sums.blocks.assign(2 * sums.leaves * at.program.set.words, 0);
      return;
    }
  }
  if (sums.leaves == 0) return;
  std::size_t node = sums.leaves + ((number / kSummedRows) & (sums.leaves - 1));
  for (; node > 0 && sums.nodes[node].holds_from != events::kEarliest; node /= 2)
    sums.nodes[node].holds_from = events::kEarliest;
}

Node sum_rows(const JoinStep& at, Time from) {
  JoinSums& sums = at.key.sums;
  Node sum;
  if (sums.leaves == 0) return sum;
  const Tree tree{at, sums, at.key.rows, at.program.set.words, from};
  tree.refresh(1);
  const std::size_t oldest = (at.key.rows.first() / kSummedRows) & (sums.leaves - 1);
  tree.visit(sum, 1, 0, sums.leaves, oldest, sums.leaves);
  tree.visit(sum, 1, 0, sums.leaves, 0, oldest);
  return sum;
}

}  // namespace tocsin::matcher
