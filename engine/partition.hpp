// One partition of one layer: the state of every rule for the keys that fall to it, and its part of a round.
//
// Only one thread works on a partition at a time. Rules do not see each other: a round is run rule by rule.
#pragma once

#include <memory>
#include <vector>

#include "engine/shard.hpp"

namespace tocsin::engine {

class ShardRound;
class Watch;

/// The items of a round, in processing order, as a partition sees them.
struct Round {
  const std::vector<Item>* items = nullptr;
  const std::vector<Position>* positions = nullptr;  ///< of derived layers, by item; null: input only, see first_order
  std::uint64_t first_order = 0;                     ///< order of items[0] in its layer
  const std::vector<Routed>* routed = nullptr;       ///< by keying
  const std::vector<matcher::Watching>* watching = nullptr;  ///< by rule
  events::Time watermark;
  /// Deadlines that resolve live alerts come due before it; less than the watermark at the end of input.
  events::Time resolve_until;
  Watch* watch = nullptr;
};

class Partition {
 public:
  Partition(const CompiledRules& rules, const Layer& layer, std::uint32_t index, std::uint32_t partitions,
            std::vector<std::vector<std::unique_ptr<KeyTable>>>& tables, const events::SymbolTable& symbols,
            const matcher::StreamRows* rows);

  /// Steps the partition's events and lets deadlines before the watermark come due. Outputs are appended unordered.
  void run(const Round& round, OutputList& out);

  /// Shards are held by pointer: pools don't move.
  std::vector<std::unique_ptr<Shard>>& shards() { return shards_; }
  const std::vector<std::unique_ptr<Shard>>& shards() const { return shards_; }
  std::uint32_t index() const { return index_; }

  /// The earliest deadline of any key. kLatest: none.
  events::Time next_deadline() const;

 private:
  void run_shard(Shard& shard, const Round& round, OutputList& out);
  static void run_windows(const Shard& shard, const std::vector<KeyedItem>& mine, ShardRound& run);

  const Layer& layer_;
  std::uint32_t index_;
  std::uint32_t partitions_;
  std::vector<std::vector<std::unique_ptr<KeyTable>>>& tables_;  ///< by keying, then partition
  std::vector<std::unique_ptr<Shard>> shards_;  ///< the layer's rules; keyless ones only where they belong
};

}  // namespace tocsin::engine
